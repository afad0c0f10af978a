/** How fast charts are in headless Chromium: 86,400 points in ten series, drawn, panned and zoomed. */
import { expect, test } from 'playwright/test';
import { root } from '../fixtures/process.ts';
import { servePages } from '../fixtures/static-pages.ts';

interface ChartFigures {
  readonly points: number;
  readonly series: number;
  readonly firstDrawMs: number;
  readonly frames: number;
  readonly frameP50Ms: number;
  readonly frameP95Ms: number;
  readonly frameMaxMs: number;
}

/** Other work on the machine only ever makes a figure worse, so the best of some attempts is the program's own. */
const ATTEMPTS = 3;

test('a day of ten series is drawn within 200 ms, and 95 % of pan and zoom frames take less than 33 ms', async ({ page }) => {
  test.setTimeout(180_000);
  const pages = await servePages(`${root}dist/renderer`);
  const attempts: ChartFigures[] = [];
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    await page.goto(`${pages.origin}/bench.html`);
    await page.waitForFunction(() => 'benchCharts' in window);
    const figures = await page.evaluate(() => (window as unknown as { benchCharts(): Promise<ChartFigures> }).benchCharts());
    attempts.push(figures);
    const { points, series, firstDrawMs, frames, frameP50Ms, frameP95Ms, frameMaxMs } = figures;
    console.log(
      `charts, attempt ${attempt}: ${points} points x ${series} series, first draw ${firstDrawMs.toFixed(0)} ms; ` +
        `${frames} pan and zoom frames: median ${frameP50Ms.toFixed(1)} ms, p95 ${frameP95Ms.toFixed(1)} ms, worst ${frameMaxMs.toFixed(1)} ms`,
    );
  }
  pages.close();
  expect(attempts.map(({ points, series }) => [points, series])).toEqual(attempts.map(() => [86_400, 10]));
  expect(Math.min(...attempts.map(({ firstDrawMs }) => firstDrawMs))).toBeLessThan(200);
  expect(Math.min(...attempts.map(({ frameP95Ms }) => frameP95Ms))).toBeLessThan(33);
});
