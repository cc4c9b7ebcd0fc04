import { z } from "zod";
import { clusterSchema } from "../target.ts";

/** What `check` makes of the inputs of an `OperatorScope`. */
export const inputsSchema = clusterSchema.extend({
  namespace: z.string(),
  name: z.string(),
  deployment: z.string(),
  /** None of the two in the state of a release before. */
  role: z.string().default(""),
  roleBinding: z.string().default(""),
  namespaces: z.array(z.string()),
  holder: z.string(),
  /** Of `namespaces`, those that are being deleted, and those that are gone while they are watched. */
  unavailable: z.array(z.string()).default([]),
  /** What has been lost and is made anew, by its `remadeKey`, and how many times that was. */
  remade: z.record(z.string(), z.number()).default({}),
  drift: z.array(z.string()).optional(),
});

/** Inputs of an `OperatorScope`. */
export type ScopeInputs = z.infer<typeof inputsSchema>;
