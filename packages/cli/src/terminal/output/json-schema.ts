import { z } from "zod";
import { adoptOutput } from "./adopt.ts";
import { awsCredentialsStatusOutput } from "./aws-credentials-status.ts";
import { doctorOutput } from "./doctor.ts";
import { failedCommand } from "./failure.ts";
import { keysOutput } from "./keys.ts";
import { mintOutput } from "./mint.ts";
import { orphansOutput } from "./orphans.ts";
import { rotateFleetOutput, rotateOutput } from "./rotate.ts";
import { statusOutput } from "./status.ts";
import { upOutput } from "./up.ts";
import { verifyOutput } from "./verify.ts";

/** Where the published schema is, from the package's folder. */
export const schemaFile = "schema/output.v1.json";

/** What each command prints with `--json`; `failed` any of them that could not do its work. */
export const outputs = {
  failed: failedCommand,
  doctor: doctorOutput,
  verify: verifyOutput,
  keys: keysOutput,
  rotate: rotateOutput,
  "rotate-fleet": rotateFleetOutput,
  adopt: adoptOutput,
  orphans: orphansOutput,
  mint: mintOutput,
  status: statusOutput,
  up: upOutput,
  "aws-credentials-status": awsCredentialsStatusOutput,
};

/** The JSON schema of all of them, one definition each. */
export function outputSchemaText(): string {
  const definitions = Object.entries(outputs).map(([name, output]) => {
    const { $schema: _, ...schema } = z.toJSONSchema(output, {
      // A later release may add fields: who reads them is not to trip over those.
      override: ({ jsonSchema }) => {
        delete jsonSchema.readOnly;
        delete jsonSchema.additionalProperties;
      },
    });
    return [name, schema];
  });
  const schema = {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "What the commands of opconnect print with --json",
    $defs: Object.fromEntries(definitions),
  };
  return `${JSON.stringify(schema, undefined, 2)}\n`;
}
