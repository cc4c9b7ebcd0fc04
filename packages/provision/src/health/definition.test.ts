import { expect, test } from "vitest";
import { judgeDefinition } from "./definition.ts";

const text = { type: "string" };
const properties = {
  type: text,
  status: {},
  spec: { type: "object", properties: { itemPath: text } },
};
const version = {
  name: "v1",
  served: true,
  subresources: { status: {} },
  schema: { openAPIV3Schema: { properties } },
};
const established = { conditions: [{ type: "Established", status: "True" }] };

function judge(change: object, { status = established, metadata = {} } = {}) {
  return judgeDefinition({ metadata, spec: { versions: [{ ...version, ...change }] }, status });
}

test("one that serves v1 with all that items need is fine", () => {
  expect(judge({}).status).toBe("ok");
});

test.each<[string, ReturnType<typeof judge>, RegExp]>([
  ["that is gone", judgeDefinition(undefined), /no CustomResourceDefinition/],
  ["of another version", judge({ name: "v2" }), /serves v2, .* asks for v1/],
  ["that serves nothing", judge({ served: false }), /serves nothing/],
  ["without a schema", judge({ schema: undefined }), /no spec\.itemPath, type, status/],
  ["without a status of its own", judge({ subresources: undefined }), /no status/],
  ["that is not taken up", judge({}, { status: { conditions: [] } }), /not taken it up/],
  [
    "that is going",
    judge({}, { metadata: { deletionTimestamp: "2026-05-05T12:00:00Z" } }),
    /being deleted/,
  ],
])("one %s is told", (_, finding, happened) => {
  expect(finding.happened).toMatch(happened);
  expect(finding.status).toBe("failed");
});
