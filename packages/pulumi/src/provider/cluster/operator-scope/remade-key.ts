/**
 * What something that was found gone is called among those that are made anew. The Deployment's own
 * name is one that the state of a release before has, too.
 */
export function remadeKey(kind: string, namespace: string, name: string): string {
  return kind === "Deployment" ? name : `${kind} ${namespace}/${name}`;
}
