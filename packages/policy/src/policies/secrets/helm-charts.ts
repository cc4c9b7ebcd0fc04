/** Whether resources of this type install a Helm chart, with `values`. */
export function isChart(type: string): boolean {
  return /^kubernetes:helm\.sh\/v\d+:(Chart|Release)$/.test(type);
}
