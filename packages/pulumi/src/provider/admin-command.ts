/**
 * The command by which an admin who may mint carries out what a runner without `op` cannot. It is
 * part of the error of that runner.
 */
export function adminCommand(stack: string): string {
  return `pulumi up --stack ${stack}`;
}

/** The same for a deletion: an update deletes what it replaces, a destroy everything. */
export function adminDeletion(stack: string): string {
  return `pulumi up --stack ${stack}\` or \`pulumi destroy --stack ${stack}`;
}
