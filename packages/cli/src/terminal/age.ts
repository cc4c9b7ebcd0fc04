/** How long ago something was, in its largest unit: `"3d"`. */
export function renderAge(at: Date, now: Date): string {
  const seconds = Math.max(0, Math.round((now.getTime() - at.getTime()) / 1000));
  const [unit, size] = timeUnits.find(([, ofUnit]) => seconds >= ofUnit) ?? ["s", 1];
  return `${Math.floor(seconds / size)}${unit}`;
}

/** Units above the second, with their seconds. */
export const timeUnits = [
  ["d", 86_400],
  ["h", 3_600],
  ["m", 60],
] as const;
