/** `npm run soak`: every property over ten times the random sites of CI, one line per property with its time as it ends. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { root } from './build.mjs';

const RUNS = process.env['CHARGEBENCH_PROPERTY_RUNS'] ?? '50000';

console.log(`${RUNS} random sites per property`);
const startedMs = performance.now();
const args = ['run', '-c', '.config/vitest.config.ts', '--reporter=verbose', '.property.test'];
const { status } = spawnSync(process.execPath, [join(root, 'node_modules/vitest/vitest.mjs'), ...args], {
  cwd: root,
  stdio: ['ignore', 'inherit', 'inherit'],
  env: { ...process.env, CHARGEBENCH_PROPERTY_RUNS: RUNS },
});
console.log(`${((performance.now() - startedMs) / 60_000).toFixed(1)} min`);
process.exitCode = status ?? 1;
