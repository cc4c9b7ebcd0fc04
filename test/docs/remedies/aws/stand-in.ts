import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";

// `aws secretsmanager`, as far as errors tell to run it: each option is a field of the request.

const [, operation = "", ...words] = process.argv.slice(2);
const { AWS_ENDPOINT_URL = "", AWS_REGION } = process.env;
const options: Record<string, string> = { region: AWS_REGION ?? "" };
for (let at = 0; at < words.length; at += 2) {
  const [option = "", value = ""] = words.slice(at, at + 2);
  options[option.replace(/^--/, "")] =
    value === "file:///dev/stdin" ? readFileSync(0, "utf8") : value;
}
const { region, query, output, ...given } = options;
const [, regionOfArn = region] =
  /^arn:aws:secretsmanager:([^:]+):/.exec(given["secret-id"] ?? "") ?? [];
if (!region || region !== regionOfArn)
  throw new Error(`Nothing is there in the region "${region}".`);

const fields = Object.entries(given).map(([option, value]) => [nameOf(option), value]);
const answer = await fetch(AWS_ENDPOINT_URL, {
  method: "POST",
  headers: { "x-amz-target": `secretsmanager.${nameOf(operation)}` },
  body: JSON.stringify({ ClientRequestToken: randomUUID(), ...Object.fromEntries(fields) }),
});
const said = await answer.text();
if (!answer.ok) throw new Error(said);
console.log(output === "text" ? JSON.parse(said)[query ?? ""] : said);

function nameOf(words: string): string {
  return words.replaceAll(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
