import { expect, test } from "vitest";
import { explainComplaint } from "./complaint.ts";

test.each([
  [
    "cannot change secret type: secret type is immutable",
    "Kubernetes lets no Secret change its type. `kubectl delete secret -n app tls`",
  ],
  ['Secret "tls" is invalid: data: Too long: may not be more than 1048576 bytes', "at most 1 MiB"],
  [
    'Secret "tls" is invalid: [data[tls.crt]: Required value, data[tls.key]: Required value]',
    "A Secret of the type kubernetes.io/tls needs the keys tls.crt and tls.key.",
  ],
  [
    'Secret "tls" is invalid: data[..]: Invalid value: "..": must not be ".."',
    "a label that is no key of a Secret",
  ],
  [
    "failed to retrieve item: failed to get item for vaultID='v' and itemNameOrID='i': no items found with identifier \"i\" in vault \"v\"",
    "within 17 minutes",
  ],
  ["failed to retrieve item: ... status 401: Invalid bearer token", "refuses the operator's token"],
  ["failed to 'getVaultID': no vaults found with identifier \"v\"", "its grant is gone"],
  ['Get "http://connect:8080/v1/vaults": dial tcp: connection refused', "does not reach Connect"],
  ["something new", "Mend what it names"],
])("%s is explained by its cause", (problem, said) => {
  const complaint = { namespace: "app", name: "tls", type: "kubernetes.io/tls", problem };
  expect(explainComplaint(complaint)).toContain(said);
});
