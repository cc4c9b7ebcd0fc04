import { chartFacts, latestChartVersion, secretKeys } from "@opconnect/core";
import { readItemParts } from "@opconnect/provision";
import { patient } from "@opconnect/provision/patient";
import { z } from "zod";
import { keysOutput } from "../../terminal/output/keys.ts";
import { print } from "../../terminal/output/print.ts";
import { renderJson } from "../../terminal/output/render-json.ts";
import { exitCodes } from "../verdict.ts";
import { parseItem } from "./parse-item.ts";
import { renderKeys } from "./render.ts";

const optionsSchema = z.object({
  chart: z.string().default(latestChartVersion),
  json: z.boolean().default(false),
});

export async function keys(name: string, given: unknown): Promise<void> {
  const { chart, json } = optionsSchema.parse(given);
  const reference = parseItem(name);
  const { operatorVersion: operator } = chartFacts(chart);
  const asking = "Asking 1Password for the item …";
  const { id, title, parts } = await patient(asking, () => readItemParts(reference));
  const secret = secretKeys(parts, operator);
  const item = { id, title };
  print(
    json
      ? renderJson(keysOutput, keysOutput.parse({ item, chart, operator, ...secret }))
      : renderKeys({ item, chart, operator, secret }, process.stdout),
  );
  process.exitCode = exitCodes[secret.isRefused ? "wrong" : "proven"];
}
