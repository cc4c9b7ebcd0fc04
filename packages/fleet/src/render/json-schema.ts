import { z } from "zod";
import { reportFileSchema, reportVersion } from "../report/model.ts";

/** Where the published schema is, from the package's folder. */
export const schemaFile = `schema/report.v${reportVersion}.json`;

/** The JSON schema of a report's file. */
export function reportSchemaText(): string {
  const schema = z.toJSONSchema(reportFileSchema, {
    // That a program may not change what it has read is none of the file's business.
    override: ({ jsonSchema }) => {
      delete jsonSchema.readOnly;
    },
  });
  const title = "What a change does to a fleet of Connect environments";
  return `${JSON.stringify({ title, ...schema }, undefined, 2)}\n`;
}
