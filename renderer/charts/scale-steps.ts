/** Round places for grid lines and labels. */

const TIME_STEPS_S = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400] as const;

/** Times at round seconds, minutes or hours within a range, at most `count` of them. */
export function timeSteps(fromS: number, untilS: number, count: number): readonly number[] {
  const wanted = (untilS - fromS) / Math.max(1, count);
  const step = TIME_STEPS_S.find((candidate) => candidate >= wanted) ?? Math.ceil(wanted / 86_400) * 86_400;
  return multiplesWithin(fromS, untilS, step);
}

/** Values at 1, 2 or 5 times a power of ten from 0 (or something below it) up to a top, at most `count` besides 0. */
export function valueSteps(top: number, count: number, bottom = 0): readonly number[] {
  const wanted = (top - bottom) / Math.max(1, count);
  const power = 10 ** Math.floor(Math.log10(Math.max(wanted, 1e-9)));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((candidate) => candidate >= wanted - 1e-9) ?? 10 * power;
  return multiplesWithin(bottom, top, step);
}

/** 3 times 0.1 is 0.3. */
const tidy = (value: number): number => Number(value.toPrecision(12));

function multiplesWithin(low: number, high: number, step: number): readonly number[] {
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => tidy((first + index) * step));
}
