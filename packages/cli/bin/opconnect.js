#!/usr/bin/env node
// npm links a command only if its file is there at install, and a fresh clone holds nothing built.
import { existsSync } from "node:fs";

const built = new URL("../dist/main.js", import.meta.url);
if (existsSync(built)) await import(built.href);
else await import("../../../from-source.js").then(() => import("../src/main.ts"));
