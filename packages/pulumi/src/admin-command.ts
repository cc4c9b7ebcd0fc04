import * as pulumi from "@pulumi/pulumi";

/**
 * The command by which somebody who may mint carries out what a runner without `op` cannot. It is
 * part of the error of that runner.
 */
export function adminCommand(): string {
  return `pulumi up --stack ${pulumi.getStack()}`;
}
