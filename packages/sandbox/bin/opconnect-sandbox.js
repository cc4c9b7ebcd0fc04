#!/usr/bin/env node
// npm links a command only if its file is there at install, and a fresh clone holds nothing built.
import { existsSync } from "node:fs";

// Before anything else is loaded, which fails on an older one in words that say nothing.
const [major, minor] = process.versions.node.split(".").map(Number);
if (major < 22 || (major === 22 && minor < 12)) {
  console.error(
    `opconnect-sandbox needs Node.js 22.12 or newer, and this is ${process.versions.node}. Install one from https://nodejs.org/en/download, or with \`nvm install 24\`.`,
  );
  process.exit(1);
}

const built = new URL("../dist/bundled.js", import.meta.url);
if (existsSync(built)) await import(built.href);
else await import("../../../from-source.js").then(() => import("../src/cli.ts"));
