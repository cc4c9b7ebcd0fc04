import fc from "fast-check";
import { rejoinWords } from "../../../packages/cli/src/aws-credentials/commands/rejoin-words.ts";
import { accessKeyOf } from "../../../packages/cli/src/aws-credentials/item/access-key.ts";
import {
  sessionOfItem,
  withField,
  withoutValues,
} from "../../../packages/cli/src/aws-credentials/item/cache.ts";
import { parseItem } from "../../../packages/cli/src/aws-credentials/item/op-item.ts";
import {
  withoutSettings,
  withSetting,
} from "../../../packages/cli/src/aws-credentials/profile/aws-config-text.ts";
import {
  renderCommandLine,
  splitCommandLine,
} from "../../../packages/cli/src/aws-credentials/profile/command-line.ts";
import { parsePluginAliases } from "../../../packages/cli/src/aws-credentials/profile/plugin-alias.ts";
import { profileRequests } from "../../../packages/cli/src/aws-credentials/profile/requests.ts";
import {
  encodeStoredSession,
  parseStoredSession,
  renderCredentials,
} from "../../../packages/cli/src/aws-credentials/session/credentials.ts";
import { parseSessionRequest } from "../../../packages/cli/src/aws-credentials/session/request.ts";
import { stsError } from "../../../packages/cli/src/aws-credentials/sts/error.ts";
import { altered, alteredJson, anyText, anyValue, spliced } from "../inputs.ts";
import { mark } from "../marked.ts";
import { type Target, target } from "../target.ts";

const config = `[default]
credential_process = opconnect aws-credentials --item "AWS Access Key" --duration 12h
region = eu-central-1

[profile acme-prod]
source_profile = default
role_arn = arn:aws:iam::999999999999:role/Deploy
`;
const clear = `[default]\naws_access_key_id = x\naws_secret_access_key = ${mark}\n`;
const session = {
  Version: 1,
  AccessKeyId: "ASIAFIXTURE000000001",
  SecretAccessKey: mark,
  SessionToken: mark,
  Expiration: "2026-11-22T02:30:07Z",
};
const base64 = (text: string) => Buffer.from(text).toString("base64");
const item = {
  id: "abcdefghijklmnopqrstuvwxyz",
  title: "AWS Access Key",
  version: 3,
  category: "API_CREDENTIAL",
  vault: { id: "abcdefghijklmnopqrstuvwxyz" },
  fields: [
    { id: "a", type: "STRING", label: "Access Key ID", value: "ABCDEFGHIJKLMNOPQRST" },
    { id: "b", type: "CONCEALED", label: "Secret Access Key", value: mark },
    { id: "c", type: "STRING", label: "mfa serial", value: "arn:aws:iam::1:mfa/ann" },
    { id: "d", type: "OTP", label: "one-time password", value: mark, totp: mark },
    { id: "e", type: "CONCEALED", label: "session_cache", value: base64(JSON.stringify(session)) },
  ],
};
const options = fc.dictionary(
  fc.constantFrom(
    ...["item", "vault", "account", "duration", "region", "role-arn", "role-session-name"],
    ...["external-id", "direct-mfa", "no-mfa", "cache", "margin", "timeout", "rewrite-item"],
  ),
  fc.oneof(anyText(), fc.boolean(), fc.constantFrom("12h", "eu-central-1", "item", "x")),
);
const words = fc.array(anyText(), { maxLength: 5 });

/** What `aws-credentials` reads. */
export const awsTargets: readonly Target[] = [
  target("AWS: items", alteredJson(item), (text) => {
    const parsed = parseItem(text, "read it");
    sessionOfItem(parsed, "session_cache");
    withField(parsed, "session_cache", "x");
    withoutValues(parsed, ["session_cache"]);
    accessKeyOf(parsed, parseSessionRequest({ item: "x" }, {}));
  }),
  target(
    "AWS: sessions",
    alteredJson(session).chain((text) => fc.constantFrom(text, base64(text))),
    (text) => {
      const parsed = parseStoredSession(text);
      if (parsed !== undefined)
        parseStoredSession(encodeStoredSession(parsed) + renderCredentials(parsed));
    },
  ),
  target(
    "AWS: config files",
    fc.tuple(fc.oneof(spliced(config), anyText()), words),
    ([text, [a = "x"]]) => {
      withSetting(text, "default", "region", "x");
      withSetting(text, a, "region", "x");
      const problems = profileRequests(text, {}).map(({ problem }) => problem);
      return problems.join("\n");
    },
  ),
  target("AWS: credentials files", spliced(clear), (text) => {
    withoutSettings(text, "default", ["aws_access_key_id", "aws_secret_access_key"]);
  }),
  target("AWS: lines of commands", words, (each) => {
    rejoinWords(each);
    splitCommandLine(each.join(" "));
    renderCommandLine(each);
  }),
  target(
    "AWS: aliases",
    fc.oneof(spliced("alias aws='op plugin run -- aws'"), anyText()),
    (text) => {
      parsePluginAliases(text);
    },
  ),
  target(
    "AWS: options",
    fc.record({ options, url: fc.option(fc.oneof(fc.webUrl(), anyText()), { nil: undefined }) }),
    ({ options, url }) => void parseSessionRequest(options, { AWS_ENDPOINT_URL_STS: url }),
  ),
  target(
    "AWS: failures of STS",
    fc.record({
      error: fc.oneof(
        anyText().map((text) => new Error(text)),
        altered({ name: "AccessDenied", $metadata: { httpStatusCode: 403 }, code: "E" }),
        anyValue(),
      ),
      endpoint: fc.oneof(fc.webUrl(), anyText()),
      behind: fc.integer(),
    }),
    ({ error, endpoint, behind }) => stsError(error, endpoint, behind, [mark]),
  ),
];
