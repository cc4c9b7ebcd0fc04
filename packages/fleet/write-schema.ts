import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { reportSchemaText, schemaFile } from "./src/render/json-schema.ts";

// Run by `npm run schema -w packages/fleet` after a change of the model; a test holds it to that.
await writeFile(join(import.meta.dirname, schemaFile), reportSchemaText());
