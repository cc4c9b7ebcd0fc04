import { expect, test, vi } from "vitest";
import { installSilentPulumi } from "../../fixtures/silent-pulumi.ts";
import { runPulumi } from "./run-pulumi.ts";

test("a backend that does not answer is named when its time is up", async () => {
  const folder = await installSilentPulumi();
  const listed = runPulumi(folder, ["stack", "ls", "--json"], { timeLimitMs: 500 });
  await expect(listed).rejects.toMatchObject({
    code: "PULUMI_BACKEND_UNREACHABLE",
    happened: "`pulumi stack ls --json` had no answer from the backend within 0.5 seconds.",
  });
});

test("where there is no pulumi, that is said", async () => {
  vi.stubEnv("PATH", "/nonexistent");
  try {
    await expect(runPulumi("/", ["version"])).rejects.toMatchObject({
      code: "PULUMI_FAILED",
      happened: "There is no `pulumi` on PATH.",
    });
  } finally {
    vi.unstubAllEnvs();
  }
});
