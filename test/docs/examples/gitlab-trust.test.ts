import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { example } from "./gitlab-jobs.ts";
import { mayAssume, trustPolicySchema, webIdentity } from "./iam-trust.ts";

/** A job that somebody lets GitLab run. */
interface Caller {
  readonly project?: string;
  readonly type?: "branch" | "tag";
  readonly ref: string;
  /** Whether it is of a protected environment, to which GitLab lets its deployers alone. */
  readonly isOfProtected?: boolean;
  readonly audience?: string;
  readonly issuer?: string;
}

/** Subjects as they are once the project's `ci_id_token_sub_claim_components` is set. */
function reached({ project = "acme/environments", type = "branch", ref, ...given }: Caller) {
  const { isOfProtected = false, audience = "https://gitlab.com", issuer = "gitlab.com" } = given;
  const environment = `environment_protected:${isOfProtected}`;
  const sub = `project_path:${project}:ref_type:${type}:ref:${ref}:${environment}`;
  return ["preview", "deploy"].filter((role) => {
    const text = readFileSync(join(example, `aws/trust-${role}.json`), "utf8");
    const policy = trustPolicySchema.parse(JSON.parse(text));
    return mayAssume(policy, webIdentity(issuer, { aud: audience, sub }));
  });
}

test.each<readonly [string, Caller, readonly string[]]>([
  ["a merge request from a branch", { ref: "change" }, ["preview"]],
  ["the plan of a deploy", { ref: "main" }, ["preview"]],
  [
    "a deploy that somebody of its environment began",
    { ref: "main", isOfProtected: true },
    ["preview", "deploy"],
  ],
  ["a merge request that names the environment", { ref: "change" }, ["preview"]],
  [
    "a branch that an environment does not keep out",
    { ref: "change", isOfProtected: true },
    ["preview"],
  ],
  ["a branch whose name begins like main", { ref: "main2", isOfProtected: true }, ["preview"]],
  ["a tag called main", { ref: "main", type: "tag", isOfProtected: true }, []],
  [
    "a fork's own pipeline",
    { project: "mallory/environments", ref: "main", isOfProtected: true },
    [],
  ],
  ["a fork's main, run in this project by a member", { ref: "main" }, ["preview"]],
  ["a project whose path begins like ours", { project: "acme/environments2", ref: "main" }, []],
  ["a token made for another service", { ref: "main", isOfProtected: true, audience: "vault" }, []],
  ["another instance", { ref: "main", isOfProtected: true, issuer: "gitlab.example" }, []],
])("%s reaches what README.md says", (_, caller, roles) => {
  expect(reached(caller)).toEqual(roles);
});
