/** How long ago something was, in its largest unit: `"3d"`. */
export function renderAge(at: Date, now: Date): string {
  const seconds = Math.max(0, Math.round((now.getTime() - at.getTime()) / 1000));
  const [unit, size] = units.find(([, ofUnit]) => seconds >= ofUnit) ?? ["s", 1];
  return `${Math.floor(seconds / size)}${unit}`;
}

const units: readonly (readonly [string, number])[] = [
  ["d", 86_400],
  ["h", 3_600],
  ["m", 60],
];
