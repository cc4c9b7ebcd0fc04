import { log, type Resource } from "@pulumi/pulumi";
import { afterEach, expect, test, vi } from "vitest";
import { checkTaken } from "./values-schema.ts";

const deployment = { __pulumiType: "opconnect:index:ConnectDeployment" } as unknown as Resource;
const warn = vi.spyOn(log, "warn").mockResolvedValue();
const misspelt = { operator: { pollingIntervall: 60 } };

afterEach(() => {
  warn.mockClear();
});

test("a misspelt key is refused, and what was meant is named", () => {
  expect(() => checkTaken({ values: misspelt, version: "2.4.1" }, deployment)).toThrow(
    /`values\.operator\.pollingIntervall` is no value that the chart 2\.4\.1 takes\..* Did you mean "pollingInterval"\? \[ARGUMENT_INVALID\]/,
  );
});

test("a value of a later chart is refused, and the first version named that takes it", () => {
  const values = { operator: { enableAnnotations: true } };
  expect(() => checkTaken({ values, version: "2.2.0" }, deployment)).toThrow(
    /`values\.operator\.enableAnnotations` .* use chart 2\.2\.1 or a newer one/,
  );
  expect(() => checkTaken({ values, version: "2.2.1" }, deployment)).not.toThrow();
});

test("of a value that a chart at a path may take there is a warning", () => {
  const chart = { path: "oci://mirror.example/connect" };
  checkTaken({ values: misspelt, version: "2.4.1", chart }, deployment);
  const told = "`values.operator.pollingIntervall` is no value that the chart 2.4.1 takes.";
  expect(warn).toHaveBeenCalledExactlyOnceWith(told, deployment);
});

test("what a chart takes that is not known yet is left to it", () => {
  checkTaken({ values: misspelt, version: "99.0.0" }, deployment);
  checkTaken({ version: "2.4.1" }, deployment);
  expect(warn).not.toHaveBeenCalled();
});

test("a value that does not do what it says is refused, of a chart that is not known yet too", () => {
  const values = { operator: { imagePullPolicy: "Always" } };
  for (const version of ["1.17.0", "99.0.0"]) {
    expect(() => checkTaken({ values, version }, deployment)).toThrow(
      /`values\.operator\.imagePullPolicy` is passed over by the chart.* Set `values\.connect\.imagePullPolicy`/,
    );
  }
});
