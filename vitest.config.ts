import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          include: [
            "packages/*/src/**/*.test.ts",
            "test/{docs,fuzz,house,installs,matrix,rig,harness,soak}/**/*.test.ts",
          ],
          // Many of them start processes and wait for these: one worker less, the default, idles.
          maxWorkers: availableParallelism(),
          // What is waited for comes in seconds; the rest is for a busy machine.
          testTimeout: 300_000,
          hookTimeout: 300_000,
          expect: { poll: { timeout: 120_000 } },
        },
      },
      {
        test: {
          name: "e2e",
          include: ["test/e2e/**/*.test.ts"],
          globalSetup: ["test/harness/rig-setup.ts"],
          // As many files at a time; a rig is started for each. More than the two processors of CI, as
          // much of a file is waiting: a namespace of Kubernetes takes five seconds to go.
          maxWorkers: 3,
          sequence: { groupOrder: 1 },
          testTimeout: 600_000,
          hookTimeout: 1_800_000,
          // What is waited for comes in seconds; the rest is for a busy machine.
          expect: { poll: { timeout: 300_000 } },
        },
      },
    ],
  },
});
