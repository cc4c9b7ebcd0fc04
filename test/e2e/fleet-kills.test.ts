import { expect, test } from "vitest";
import { killingApplies, killingMints } from "../fleet/kills.ts";
import { rig } from "../harness/rig-lane.ts";

// `npm run test:kills` kills them at every call.

test("a mint that was killed when op had made the server is finished by the next", async () => {
  const kill = await killingMints(rig);
  expect((await kill({ call: 5, when: "after" }))?.complaints).toEqual([]);
});

test("a reviewed rotation that was killed before it deleted the old token is finished by the next run", async () => {
  const kill = await killingApplies(rig);
  expect((await kill({ call: 4, when: "before" }))?.complaints).toEqual([]);
});
