import type { Measured } from "./stack.ts";

const names: Readonly<Record<Measured["figure"], string>> = {
  edit: "edit in 1Password → Secret ÷ polling interval",
  rotation: "rotation → last pod on new credentials ÷ up without changes",
};

/** A line for each figure that was measured. */
export function renderFigures(measured: readonly Measured[]): readonly string[] {
  return (["edit", "rotation"] as const).flatMap((figure) => {
    const ratios = measured.filter((one) => one.figure === figure).map(({ ratio }) => ratio);
    if (ratios.length === 0) return [];
    const sorted = ratios.toSorted((one, other) => one - other);
    const [least, median, most] = [0, Math.floor(sorted.length / 2), sorted.length - 1].map(
      (index) => sorted[index]?.toFixed(2),
    );
    return [
      `${names[figure]}: median ${median}, from ${least} to ${most} (${sorted.length} times)`,
    ];
  });
}
