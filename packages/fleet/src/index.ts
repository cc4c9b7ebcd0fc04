export {
  type FleetReport,
  fleetReportSchema,
  type StackReport,
  stackReportSchema,
} from "./report/model.ts";
