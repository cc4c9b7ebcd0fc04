import { chartFacts } from "@opconnect/core/chart-facts";
import { checkConventionValue } from "@opconnect/core/convention-value";
import { parseDurationSeconds } from "@opconnect/core/duration";
import { dnsLabel, dnsName, findNameFault } from "@opconnect/core/name-rule";
import { isOnePasswordId } from "@opconnect/core/op-id";
import { isSecretKey, secretKey as keyOf } from "@opconnect/core/secret-key";
import * as z from "zod/mini";
import { checkedBy, like, refuse, text } from "./schema.ts";

export const client = conventionValue("client");
export const environment = conventionValue("environment");
/** Key of a vault, or consumer of a token. */
export const purpose = conventionValue("purpose");

function conventionValue(field: Parameters<typeof checkConventionValue>[0]) {
  return checkedBy(text(), (value) => checkConventionValue(field, value));
}

export const namespace = kubernetesName("the name of a namespace", {
  ...dnsLabel,
  target: "a namespace",
});

export const objectName = kubernetesName("the name of a Kubernetes object", dnsName);

function kubernetesName(what: string, rule: Parameters<typeof findNameFault>[0]) {
  const allowed = `${what}: ${rule.shapeInWords}, ${rule.maximumLength} characters at most`;
  return z.lazy(() =>
    text(allowed).check(z.refine((name) => findNameFault(rule, name) === undefined, allowed)),
  );
}

/** A secret of the credential store that somebody else made. */
export const storedSecret = like(
  /^[A-Za-z0-9/_+=.@:-]{1,2048}$/,
  "the name of a secret in the store, or its id: letters, digits and the characters /_+=.@-",
);

export const vaultId = z.string("the id of a vault, a text").check(
  z.refine(isOnePasswordId, {
    error: "the vault's id, 26 letters and digits (`op vault list`)",
    params: { code: "VAULT_ID_INVALID" },
  }),
);

export const serverId = text().check(
  z.refine(
    isOnePasswordId,
    "the id of a Connect server, 26 letters and digits (`op connect server list`)",
  ),
);

export const lifeTime = duration("expiresIn");
export const age = duration("rotateAfter");

function duration(field: string) {
  const allowed = 'a time such as "90d"';
  return checkedBy(z.string(allowed), (value) => void parseDurationSeconds(value, field));
}

export const chartVersion = checkedBy(
  z.string('all three numbers of a version, as a text, such as "2.4.1"'),
  (version) => void chartFacts(version),
);

const secretTypes = [
  "Opaque",
  "kubernetes.io/basic-auth",
  "kubernetes.io/dockercfg",
  "kubernetes.io/dockerconfigjson",
  "kubernetes.io/service-account-token",
  "kubernetes.io/ssh-auth",
  "kubernetes.io/tls",
  "bootstrap.kubernetes.io/token",
];

/**
 * A type of one's own, or one of Kubernetes', which takes a misspelt one for the former.
 * @see https://kubernetes.io/docs/concepts/configuration/secret/#secret-types
 */
export const secretType = like(
  /^[\w./-]{1,253}$/,
  'the type of a Secret, e.g. "Opaque" or "kubernetes.io/tls"',
).check(
  z.superRefine((type, context) => {
    const meansKubernetes = /^opaque$|^([a-z]+\.)?kubernetes\.io\//i.test(type);
    if (!meansKubernetes || secretTypes.includes(type)) return;
    const message = `a type of one's own, or one of ${secretTypes.map((each) => `"${each}"`).join(", ")}`;
    context.addIssue({ code: "invalid_value", values: secretTypes, message, input: type });
  }),
);

/** A key of a Secret's data: what the operator makes of another label is said. */
export const secretKey = text("a key of a Secret").check(
  z.superRefine((key, context) => {
    if (isSecretKey(key)) return;
    const become = keyOf(key);
    const remedy =
      become === undefined || !isSecretKey(become)
        ? "No field of this label becomes a key: give it another label in 1Password."
        : `Write \`${become}\`: that is what the operator makes of a field of this label.`;
    refuse(context, { says: " is no key of a Secret", remedy });
  }),
);

/** @see https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set */
export const labelName = like(
  /^([a-z0-9.-]{1,253}\/)?[A-Za-z0-9]([\w.-]{0,61}[A-Za-z0-9])?$/,
  'the name of a label, e.g. "team" or "example.com/team"',
);

export const labelValue = like(
  /^([A-Za-z0-9]([\w.-]{0,61}[A-Za-z0-9])?)?$/,
  "the value of a label: letters, digits, dots, underscores and hyphens, 63 at most",
);

/** What a container can be given, and how much of it, as Kubernetes writes both. */
export const resourceName = like(
  /^(cpu|memory|ephemeral-storage|hugepages-\w+|[a-z0-9.-]+\/[\w.-]+)$/,
  'cpu, memory, ephemeral-storage or the like of "example.com/gpu"',
);

/** @see https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/ */
export const quantity = like(
  /^(\d+(\.\d+)?|\.\d+)([numkMGTPE]|[KMGTPE]i|[eE][+-]?\d+)?$/,
  'a quantity as a text, e.g. "100m" or "256Mi"',
);
