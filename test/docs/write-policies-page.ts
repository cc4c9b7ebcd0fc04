import { writeFile } from "node:fs/promises";
import { policiesPage } from "./policies-page.ts";

await writeFile(new URL("../../docs/policies.md", import.meta.url), policiesPage());
