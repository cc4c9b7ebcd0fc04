import { ConnectError, createConvention } from "@opconnect/core";
import { createOpCli, openStoreOfOptions, planAdoption, storeKindOf } from "@opconnect/provision";
import { patient } from "@opconnect/provision/patient";
import { z } from "zod";
import { httpUrl } from "../terminal/options/http-url.ts";
import { pairs } from "../terminal/options/pairs.ts";
import { print } from "../terminal/output/print.ts";
import { askConnect } from "./ask-connect.ts";
import { renderAdoption, renderAdoptionJson } from "./render.ts";
import { renderProgram } from "./render-program.ts";
import { secretTemplates } from "./secret-templates.ts";

const optionsSchema = z.object({
  server: z.string().optional(),
  vault: pairs("--vault"),
  credentialsSecret: z.string().optional(),
  tokenSecret: pairs("--token-secret"),
  connectUrl: httpUrl("--connect-url").optional(),
  template: pairs("--template"),
  json: z.boolean().default(false),
});

export async function adopt(environmentName: string, given: unknown): Promise<void> {
  const options = optionsSchema.parse(given);
  const environment = environmentOf(environmentName);
  const { config, store } = openStoreOfOptions(given);
  const { secretIdOf, copyCommand } = storeKindOf(config);
  const { credentialsSecret, tokenSecret: tokenSecrets, template } = options;
  const told = secretTemplates(
    environment,
    { credentialsSecret, tokenSecrets },
    { template, copyCommand: (from, to) => copyCommand(config, from, to) },
  );
  const templates = { ...template, ...told };
  const convention = createConvention(templates);
  const names = convention.names(environment);
  const consumers = [...new Set(["operator", ...Object.keys(tokenSecrets)])];
  const adoption = await patient("Looking at what is there …", () =>
    planAdoption(
      {
        ...environment,
        convention,
        serverId: options.server,
        vaults: options.vault,
        credentialsSecret: secretIdOf(names.credentialsSecret),
        tokenSecrets: Object.fromEntries(
          consumers.map((consumer) => [consumer, secretIdOf(names.tokenSecret(consumer))]),
        ),
      },
      {
        op: createOpCli(),
        store,
        askConnect: options.connectUrl === undefined ? undefined : askConnect(options.connectUrl),
      },
    ),
  );
  const ready = adoption.evidence.every(({ status }) => status !== "failed");
  const program = ready ? renderProgram(adoption, { environment, templates, config }) : undefined;
  print(
    options.json
      ? renderAdoptionJson(adoption, program)
      : renderAdoption(adoption, { environment, namespace: names.namespace, program }),
  );
  process.exitCode = ready ? 0 : 1;
}

function environmentOf(text: string) {
  const [client, environment, ...rest] = text.split("/");
  if (client && environment && rest.length === 0) return { client, environment };
  throw new ConnectError(
    "ARGUMENT_INVALID",
    `"${text}" names no environment.`,
    'Write `<client>/<environment>`, e.g. "acme/prod".',
  );
}
