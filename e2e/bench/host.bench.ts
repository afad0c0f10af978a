/** What the program promises about its own speed and size, as `chargebench bench` measures it. */
import { expect, test } from 'playwright/test';
import { chargebench } from '../fixtures/process.ts';

interface HostFigures {
  readonly directHourMs: number;
  readonly loopbackHourMs: number;
  readonly calibrationMs: number;
  readonly dayMs: number;
  readonly residentBytesDuring: number;
  readonly residentBytesAfter: number;
  readonly readingToSetpointP99Ms: number;
}

const LARGEST_BYTES = 300 * 1024 * 1024;
/** Other work on the machine only ever makes a figure worse, so the best of some attempts is the program's own. */
const ATTEMPTS = 2;

test('an hour of two EVSEs, a day beside live control, and the size of the host stay within their bounds', async () => {
  test.setTimeout(600_000);
  const attempts: HostFigures[] = [];
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const { code, stdout, stderr } = await chargebench('bench', '--json');
    expect(code, stderr).toBe(0);
    const figures = JSON.parse(stdout) as HostFigures;
    attempts.push(figures);
    const shown = Object.entries<unknown>({ ...figures }).flatMap(([name, value]) => (typeof value !== 'number' ? [] : `${name} ${name.startsWith('residentBytes') ? `${(value / 1_048_576).toFixed(0)} MiB` : value.toFixed(1)}`));
    console.log(`host, attempt ${attempt}: ${shown.join(', ')}`);
  }
  const best = (figure: (figures: HostFigures) => number): number => Math.min(...attempts.map(figure));
  expect(best(({ directHourMs }) => directHourMs)).toBeLessThan(50);
  expect(best(({ loopbackHourMs }) => loopbackHourMs)).toBeLessThan(1000);
  expect(best(({ readingToSetpointP99Ms }) => readingToSetpointP99Ms)).toBeLessThan(20);
  for (const { residentBytesDuring, residentBytesAfter } of attempts) expect(Math.max(residentBytesDuring, residentBytesAfter)).toBeLessThan(LARGEST_BYTES);
});
