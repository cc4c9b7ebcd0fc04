import { expect, test } from "vitest";
import { scanProcesses } from "./scan-processes.ts";
import { createTraceFinder } from "./trace-finder.ts";

const holdsTrace = createTraceFinder(["fixture-secret"]);

test("a secret in the arguments or the environment is found, and the program named", () => {
  const processes = [
    { pid: 1, args: ["/bin/op", "--token=fixture-secret"], environment: [] },
    { pid: 2, args: ["helm", "template"], environment: ["HOME=/", "TOKEN=fixture-secret"] },
    { pid: 3, args: ["sleep", "1"], environment: ["HOME=/"] },
  ];
  expect(scanProcesses(processes, holdsTrace)).toEqual([
    { place: "arguments of process 1 (op)" },
    { place: "environment of process 2 (helm)" },
  ]);
});

test("a program's name that is the secret is not repeated", () => {
  const process = { pid: 1, args: ["fixture-secret"], environment: [] };
  expect(scanProcesses([process], holdsTrace)).toEqual([{ place: "arguments of process 1" }]);
});

test("an exempt process may have a secret in its environment, but not in its arguments", () => {
  const environment = ["POD=1", "TOKEN=fixture-secret"];
  const processes = [
    { pid: 1, args: ["manager"], environment },
    { pid: 2, args: ["manager", "fixture-secret"], environment },
  ];
  const isPod = ({ environment }: { environment: readonly string[] }) =>
    environment.includes("POD=1");
  expect(scanProcesses(processes, holdsTrace, isPod)).toEqual([
    { place: "arguments of process 2 (manager)" },
  ]);
});
