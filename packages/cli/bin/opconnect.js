#!/usr/bin/env node
// npm links a command only if its file is there at install, and a fresh clone holds nothing built.
// It imports nothing by itself: each module of Node.js costs a start of `aws-credentials` more.

// Before anything else is loaded, which fails on an older one in words that say nothing.
const [major, minor] = process.versions.node.split(".").map(Number);
if (major < 22 || (major === 22 && minor < 12)) {
  console.error(
    `opconnect needs Node.js 22.12 or newer, and this is ${process.versions.node}. Install one from https://nodejs.org/en/download, or with \`nvm install 24\`.`,
  );
  process.exit(1);
}

const built = new URL("../dist/main.js", import.meta.url).href;
try {
  await import(built);
} catch (error) {
  if (error.code !== "ERR_MODULE_NOT_FOUND" || error.url !== built) throw error;
  await import("../../../from-source.js");
  await import("../src/main.ts");
}
