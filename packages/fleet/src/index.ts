export { describeStack, type StackRun } from "./report/describe-stack.ts";
export {
  type FleetReport,
  fleetReportSchema,
  type StackReport,
  stackReportSchema,
} from "./report/model.ts";
