import {
  listStacks,
  readProject,
  readStatus,
  renderStatusPage,
  selectStacks,
} from "@opconnect/fleet";
import { patient } from "@opconnect/provision/patient";
import { z } from "zod";
import { print } from "../terminal/output/print.ts";
import { renderJson } from "../terminal/output/render-json.ts";
import { statusOutput } from "../terminal/output/status.ts";
import { writeResult } from "../terminal/output/write-result.ts";
import { say } from "../terminal/say.ts";
import { isDue, renderReach, renderStatus } from "./render.ts";

const optionsSchema = z.object({
  client: z.array(z.string()),
  environment: z.array(z.string()),
  cwd: z.string(),
  reach: z.boolean().default(false),
  html: z.string().optional(),
  json: z.boolean().default(false),
});

export async function status(names: readonly string[], given: unknown): Promise<void> {
  const { client, environment, cwd, reach, html, json } = optionsSchema.parse(given);
  const project = await readProject(cwd);
  const { stacks: all } = await patient("Listing the stacks …", () => listStacks(project));
  const stacks = selectStacks(all, { names, clients: client, environments: environment });
  const found = await patient("Reading states, and the tags of the store…", () =>
    readStatus(project, stacks),
  );
  const now = new Date();
  if (html !== undefined) {
    await writeResult(html, renderStatusPage(project.name, found, now));
    say(`Written: ${html}`);
  }
  const stream = process.stdout;
  print(
    json
      ? renderJson(statusOutput, { project: project.name, stacks: found })
      : `${renderStatus(found, now, stream)}${reach ? `\n${renderReach(found, stream)}` : ""}`,
  );
  process.exitCode = found.some((each) => isDue(each, now)) ? 1 : 0;
}
