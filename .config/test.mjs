/**
 * `npm test`: every stage in turn, each with its time, and a closing line `N passed, M failed` over all of them.
 * `node .config/test.mjs STAGE…` runs these stages only. A stage that cannot run fails; none is left out silently.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { root } from './build.mjs';
import { HOW_TO_MEND, findChromium, installChromium } from './find-chromium.mjs';

/** @typedef {{ passed: number, failed: number, skipped: readonly string[] }} Count */
/** @typedef {{ status: string, title: string, why: string }} Skip */

const reports = join(root, '.cache/reports');

/** Runs a tool of node_modules with its output shown; answers whether it ended well. @param {string} file @param {readonly string[]} args @param {NodeJS.ProcessEnv} [env] */
function run(file, args, env = {}) {
  const { status } = spawnSync(process.execPath, [join(root, file), ...args], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, ...env },
  });
  return status === 0;
}

/** @param {readonly boolean[]} results @returns {Count} */
function countOf(...results) {
  const passed = results.filter(Boolean).length;
  return { passed, failed: results.length - passed, skipped: [] };
}

/** A report that a tool left, or null when it died before. @param {string} path @returns {unknown} */
function readReport(path) {
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : null;
}

/** @param {string} name */
function freshReport(name) {
  mkdirSync(reports, { recursive: true });
  const path = join(reports, name);
  rmSync(path, { force: true });
  return path;
}

/** A tool that ended badly without naming a failed test counts as one failure. @param {boolean} isGood @param {Count} count @returns {Count} */
function atLeastOneFailure(isGood, count) {
  return isGood || count.failed > 0 ? count : { ...count, failed: 1 };
}

/**
 * @param {string} name of the report
 * @param {readonly string[]} filters
 * @returns {Count}
 */
function vitest(name, ...filters) {
  const path = freshReport(`${name}.json`);
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${path}`];
  const isGood = run('node_modules/vitest/vitest.mjs', ['run', '-c', '.config/vitest.config.ts', ...reporters, ...filters]);
  /** @typedef {{ status: string, fullName: string, meta?: { why?: string } }} Assertion */
  const report = /** @type {null | { numPassedTests: number, numFailedTests: number, testResults: { assertionResults: Assertion[] }[] }} */ (readReport(path));
  if (report === null) return { passed: 0, failed: 1, skipped: [] };
  const skipped = report.testResults
    .flatMap((file) => file.assertionResults)
    .filter(({ status }) => status === 'skipped' || status === 'pending' || status === 'todo')
    .map((test) => `${test.fullName}${test.meta?.why === undefined ? '' : `: ${test.meta.why}`}`);
  return atLeastOneFailure(isGood, { passed: report.numPassedTests, failed: report.numFailedTests, skipped });
}

/** @typedef {{ title: string, specs?: { title: string, tests: { status: string, annotations: { type: string, description?: string }[] }[] }[], suites?: PlaywrightSuite[] }} PlaywrightSuite */

/** @param {PlaywrightSuite} suite @returns {string[]} */
function skippedIn(suite) {
  const here = (suite.specs ?? []).flatMap(({ title, tests }) =>
    tests
      .filter(({ status }) => status === 'skipped')
      .map(({ annotations }) => `${title}: ${annotations.find(({ type }) => type === 'skip')?.description ?? 'no reason given'}`),
  );
  return [...here, ...(suite.suites ?? []).flatMap(skippedIn)];
}

/** @param {string} project @returns {Promise<Count>} */
async function playwright(project) {
  const browser = (await findChromium()) ?? (await installChromium());
  if (browser === null) {
    console.error(HOW_TO_MEND);
    return { passed: 0, failed: 1, skipped: [] };
  }
  const path = freshReport(`${project}.json`);
  const env = { CHROMIUM_PATH: browser, PLAYWRIGHT_JSON_OUTPUT_NAME: path };
  const args = ['test', '-c', '.config/playwright.config.ts', `--project=${project}`, '--reporter=list,json'];
  const isGood = run('node_modules/playwright/cli.js', args, env);
  const report = /** @type {null | { stats: { expected: number, unexpected: number, flaky: number }, suites: PlaywrightSuite[] }} */ (readReport(path));
  if (report === null) return { passed: 0, failed: 1, skipped: [] };
  const { expected, unexpected, flaky } = report.stats;
  return atLeastOneFailure(isGood, { passed: expected, failed: unexpected + flaky, skipped: report.suites.flatMap(skippedIn) });
}

const FOLDERS = ['core', 'main', 'renderer', 'hardware-sims', 'e2e', '.config'];

/** @type {Readonly<Record<string, () => Count | Promise<Count>>>} */
const STAGES = {
  types: () => countOf(run('node_modules/typescript/bin/tsc', ['-p', '.']), run('node_modules/typescript/bin/tsc', ['-p', 'core'])),
  lint: () => countOf(run('node_modules/eslint/bin/eslint.js', ['-c', '.config/eslint.config.js', '--max-warnings=0', '.'])),
  architecture: () =>
    countOf(run('node_modules/dependency-cruiser/bin/dependency-cruise.mjs', ['--config', '.config/dependency-cruiser.cjs', ...FOLDERS])),
  words: () => vitest('words', '.config/'),
  unit: () => vitest('unit'),
  build: () => countOf(run('.config/build.mjs', [])),
  e2e: () => playwright('e2e'),
  bench: () => playwright('bench'),
};

/** `unit` holds the tests of `words`; `bench` measures and has a command of its own. */
const ALL = ['types', 'lint', 'architecture', 'build', 'unit', 'e2e'];

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => STAGES[name] === undefined);
if (unknown.length > 0) {
  console.error(`No such stage: ${unknown.join(', ')}. There are: ${Object.keys(STAGES).join(', ')}.`);
  process.exit(2);
}

const total = { passed: 0, failed: 0, skipped: 0 };
const lines = [];
for (const name of asked.length > 0 ? asked : ALL) {
  console.log(`\n== ${name}`);
  const startedMs = performance.now();
  const count = await STAGES[name]?.();
  if (count === undefined) continue;
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
  lines.push(`${name.padEnd(13)} ${seconds.padStart(6)} s  ${String(count.passed)} passed, ${String(count.failed)} failed`);
  for (const skip of count.skipped) lines.push(`${' '.repeat(24)}skipped: ${skip}`);
  total.passed += count.passed;
  total.failed += count.failed;
  total.skipped += count.skipped.length;
}
console.log(`\n${lines.join('\n')}\n`);
const skipped = total.skipped === 0 ? '' : `, ${String(total.skipped)} skipped`;
console.log(`${String(total.passed)} passed, ${String(total.failed)} failed${skipped}`);
process.exitCode = total.failed === 0 ? 0 : 1;
