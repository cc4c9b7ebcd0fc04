import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { outputSchemaText, schemaFile } from "./src/terminal/output/json-schema.ts";

// Run by `npm run schema -w packages/cli` after a change of what a command prints; a test holds it to that.
await writeFile(join(import.meta.dirname, schemaFile), outputSchemaText());
