import { expect, test } from "vitest";
import { reviewedRequest } from "./ci-job.ts";

const github = { GITHUB_REPOSITORY: "someone/fleet", GITHUB_TOKEN: "fixture", GITHUB_SHA: "merge" };
const gitlab = { CI_PROJECT_ID: "7", GITLAB_TOKEN: "fixture", CI_MERGE_REQUEST_IID: "12" };

test("a job of GitHub Actions is of the pull request of its event, and of that branch's commit", () => {
  const event = { pull_request: { number: 3, head: { sha: "branch" } } };
  expect(reviewedRequest(github, event)).toMatchObject({ number: 3, sha: "branch" });
  const ref = { ...github, GITHUB_REF: "refs/pull/4/merge" };
  expect(reviewedRequest(ref, undefined)).toMatchObject({ number: 4, sha: "merge" });
});

test("a job of GitLab CI is of the merge request of its pipeline", () => {
  const found = { service: "gitlab", project: "7", number: 12, host: "https://gitlab.com" };
  expect(reviewedRequest(gitlab, undefined)).toMatchObject(found);
});

test.each([
  [{}, /GITHUB_REPOSITORY/],
  [{ ...github, GITHUB_TOKEN: "" }, /GITHUB_TOKEN/],
  [github, /pull request/],
  [{ ...gitlab, GITLAB_TOKEN: undefined }, /GITLAB_TOKEN/],
  [{ ...gitlab, CI_MERGE_REQUEST_IID: "" }, /CI_MERGE_REQUEST_IID/],
])("what is missing is named: %j", (env, said) => {
  expect(() => reviewedRequest(env, {})).toThrow(said);
});
