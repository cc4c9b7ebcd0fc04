import type { Rule } from "../rule/rule.ts";
import { accessPolicyPresent } from "./cluster/access-policy-present.ts";
import { connectNotExposed } from "./cluster/connect-not-exposed.ts";
import { imagesPinned } from "./cluster/images-pinned.ts";
import { operatorNotClusterWide } from "./cluster/operator-not-cluster-wide.ts";
import { namesFollowTheConvention } from "./names-follow-the-convention.ts";
import { noSecretInHelmValues } from "./secrets/no-secret-in-helm-values.ts";
import { noSecretInInputs } from "./secrets/no-secret-in-inputs.ts";
import { noSecretInOutputs } from "./secrets/no-secret-in-outputs.ts";
import { storeSecretNotPublic } from "./store/store-secret-not-public.ts";
import { storeSecretOwnKey } from "./store/store-secret-own-key.ts";
import { storeSecretReaders } from "./store/store-secret-readers.ts";
import { tokenExpires } from "./tokens/token-expires.ts";
import { tokenRotates } from "./tokens/token-rotates.ts";
import { tokenScope } from "./tokens/token-scope.ts";
import { vaultsKept } from "./vaults-kept.ts";

/** The rules, as documentation lists them. */
export const rules: readonly Rule[] = [
  namesFollowTheConvention,
  noSecretInInputs,
  noSecretInHelmValues,
  noSecretInOutputs,
  tokenRotates,
  tokenExpires,
  tokenScope,
  storeSecretOwnKey,
  storeSecretReaders,
  storeSecretNotPublic,
  operatorNotClusterWide,
  connectNotExposed,
  imagesPinned,
  accessPolicyPresent,
  vaultsKept,
];
