/**
 * Replaces `$(NAME)` in a variable's value, a command or an argument, as a kubelet does: `$$` stands
 * for one dollar sign, and a reference to an unknown name stays as it is.
 * @see https://kubernetes.io/docs/tasks/inject-data-application/define-interdependent-environment-variables/
 */
export function expandReferences(text: string, variables: ReadonlyMap<string, string>): string {
  return text.replace(/\$(?:\$|\(([^)]*)\))/g, (reference, name: string | undefined) =>
    name === undefined ? "$" : (variables.get(name) ?? reference),
  );
}
