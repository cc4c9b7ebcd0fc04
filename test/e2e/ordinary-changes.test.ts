import { beforeAll, describe, expect, test } from "vitest";
import { rig } from "../harness/rig-lane.ts";
import { createSoak, type Soak } from "../soak/run-soak.ts";
import { type Allows, tellStory } from "../soak/story.ts";
import { differences } from "../soak/wanted.ts";

/** The riskiest of the soak's changes: `npm run test:soak` draws them by the hundred. */
const plan = [
  { change: "move all items of a namespace into a new one", manner: "as it is" },
  { change: "drop an item", manner: "with the operator's Deployment deleted" },
  { change: "rename the component", manner: "without an alias, taken back" },
  { change: "change an item's type", manner: "as it is" },
  { change: "change several things", manner: "two things go wrong in a row" },
  { change: "add a vault", manner: "the store refuses, taken back" },
  { change: "put the component elsewhere", manner: "as it is" },
  { change: "change a token's scope", manner: "a target at first" },
  { change: "raise the revision", manner: "the store refuses at first" },
  { change: "drop a namespace with its items", manner: "with the operator at 0" },
  {
    change: "undo the last change",
    manner: "after a state from before the last change was restored",
  },
  {
    change: "use the other version of the chart",
    manner: "with a wrong path of the chart at first",
  },
];

const story = tellStory({
  seed: 12,
  environments: 1,
  allowed: plan.map(({ change, manner }): Allows => {
    return (someChange, someManner) => someChange === change && someManner === manner;
  }),
});

describe("ordinary changes in a row leave exactly what the program says", () => {
  let soak: Soak;
  beforeAll(async () => {
    soak = await createSoak(rig, "ordinary");
  });

  test.each(story.map((step) => [`${step.change}, ${step.manner.name}`, step] as const))(
    "%s",
    async (_, step) => {
      const { complaints } = await soak.carryOut(step);
      expect(complaints, differences(step.before, step.attempted).join("; ")).toEqual([]);
    },
  );

  test("a destroy leaves nothing but the vaults", async () => {
    expect(await soak.takeDown()).toEqual([]);
  });
});
