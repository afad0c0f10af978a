/** The import rules catch what they are for: one small tree with planted imports, cruised once with the real rules. */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { root } from './build.mjs';

/** File, what it imports, whether only as a type, and the rule that must object (null: allowed). */
type Row = readonly [file: string, imports: string, as: 'value' | 'type', rule: string | null];

const ROWS: readonly Row[] = [
  ['core/site/a.ts', 'core/quantities.ts', 'value', null],
  ['core/time/a.ts', 'core/errors.ts', 'value', null],
  ['core/quantities.ts', 'core/time/b.ts', 'value', 'core-rank-1-quantities-never-later'],
  ['core/time/c.ts', 'core/site/b.ts', 'value', 'core-rank-1-time-never-later'],
  ['core/site/d.ts', 'core/transport/b.ts', 'value', 'core-rank-2-site-not-each-other'],
  ['core/site/e.ts', 'core/balancing/b.ts', 'value', 'core-rank-2-site-never-later'],
  ['core/balancing/d.ts', 'core/devices/b.ts', 'value', 'core-rank-3-protocols-not-each-other'],
  ['core/balancing/e.ts', 'core/devices/b.ts', 'type', null],
  ['core/balancing/f.ts', 'core/drivers/b.ts', 'value', 'core-rank-3-protocols-never-later'],
  ['core/balancing/g.ts', 'core/drivers/b.ts', 'type', 'core-rank-3-protocols-never-later'],
  ['core/balancing/h.ts', 'core/balancing/b.ts', 'value', null],
  ['core/drivers/d.ts', 'core/runs/b.ts', 'value', 'core-rank-4-drivers-not-each-other'],
  ['core/drivers/e.ts', 'core/loop/b.ts', 'value', 'core-rank-4-drivers-never-later'],
  ['core/loop/d.ts', 'core/scenarios/b.ts', 'value', 'core-rank-5-loop-not-each-other'],
  ['core/exports/d.ts', 'core/player/b.ts', 'value', 'core-rank-5-loop-never-later'],
  ['core/player/d.ts', 'core/commissioning/b.ts', 'value', 'core-rank-6-player-not-each-other'],
  ['core/player/e.ts', 'core/host-api/b.ts', 'value', 'core-rank-6-player-never-later'],
  ['core/player/f.ts', 'core/scenarios/b.ts', 'value', null],
  ['core/host-api/d.ts', 'core/player/b.ts', 'value', null],
  ['core/unheard-of/d.ts', 'core/quantities.ts', 'value', 'core-folders-have-a-rank'],
  ['core/loop/e.ts', 'main/host.ts', 'type', 'core-stays-in-core'],
  ['core/loop/f.ts', 'hardware-sims/plant/b.ts', 'value', 'core-stays-in-core'],
  ['core/site/f.ts', 'zod', 'value', null],
  ['core/site/g.ts', 'mqtt', 'value', 'core-only-zod'],
  ['core/site/h.ts', 'node:fs', 'value', 'core-only-zod'],
  ['core/site/i.test.ts', 'node:fs', 'value', null],
  ['hardware-sims/meters/d.ts', 'core/protocols/b.ts', 'value', null],
  ['hardware-sims/meters/e.ts', 'core/balancing/b.ts', 'value', 'sims-use-these-parts-of-core'],
  ['hardware-sims/meters/f.ts', 'core/drivers/b.ts', 'value', 'sims-use-these-parts-of-core'],
  ['hardware-sims/meters/g.ts', 'core/balancing/setpoint.ts', 'type', null],
  ['hardware-sims/meters/h.ts', 'core/balancing/b.ts', 'type', 'sims-types-of-world-only'],
  ['hardware-sims/world.ts', 'core/drivers/b.ts', 'value', null],
  ['hardware-sims/contract/d.ts', 'core/drivers/b.ts', 'value', null],
  ['hardware-sims/contract/e.ts', 'core/balancing/b.ts', 'value', 'sims-contract-and-world-also-drivers'],
  ['hardware-sims/contract/f.ts', 'core/player/world.ts', 'type', null],
  ['hardware-sims/contract/g.ts', 'core/player/world.ts', 'value', 'sims-contract-and-world-also-drivers'],
  ['hardware-sims/servers/d.ts', 'main/host.ts', 'value', 'sims-never-hosts'],
  ['hardware-sims/servers/e.ts', 'node:net', 'value', null],
  ['hardware-sims/servers/f.ts', 'mqtt', 'value', null],
  ['hardware-sims/plant/d.ts', 'node:net', 'value', 'node-only-in-hosts'],
  ['hardware-sims/plant/e.ts', 'mqtt', 'value', 'sims-pure-part-without-packages'],
  ['main/web/d.ts', 'renderer/store/b.ts', 'type', 'main-never-renderer'],
  ['main/host.ts', 'hardware-sims/plant/b.ts', 'value', 'main-sims-from-three-places'],
  ['main/simulated-site.ts', 'hardware-sims/plant/b.ts', 'value', null],
  ['main/simulation/d.ts', 'hardware-sims/plant/b.ts', 'value', null],
  ['main/cli/d.ts', 'hardware-sims/plant/b.ts', 'value', null],
  ['main/web/e.ts', 'electron', 'value', 'electron-only-in-its-host'],
  ['main/electron/e.ts', 'electron', 'value', null],
  ['renderer/screens/d.ts', 'core/host-api/b.ts', 'value', null],
  ['renderer/screens/e.ts', 'core/site/b.ts', 'type', null],
  ['renderer/screens/f.ts', 'core/site/b.ts', 'value', 'renderer-knows-the-contract'],
  ['renderer/screens/g.ts', 'main/host.ts', 'type', 'renderer-never-behind-the-contract'],
  ['renderer/screens/h.ts', 'node:path', 'value', 'node-only-in-hosts'],
  ['renderer/screens/i.test.ts', 'core/site/b.ts', 'value', null],
  ['e2e/specs/d.ts', 'core/site/b.ts', 'value', 'e2e-uses-the-built-program'],
  ['e2e/specs/e.ts', 'hardware-sims/servers/b.ts', 'value', null],
  ['e2e/bench/d.ts', 'core/site/b.ts', 'value', null],
  ['main/cli/e.ts', 'core/site/i.test.ts', 'value', 'tests-are-not-imported'],
  ['core/loop/g.ts', 'core/site/testing/b.ts', 'value', 'tests-are-not-imported'],
  ['core/loop/h.test.ts', 'core/site/testing/b.ts', 'value', null],
  ['core/site/testing/c.ts', 'fast-check', 'value', null],
  ['main/files/d.ts', 'main/files/e.ts', 'value', 'no-cycles'],
  ['main/files/e.ts', 'main/files/d.ts', 'value', 'no-cycles'],
  ['main/files/f.ts', 'main/files/not-there.ts', 'value', 'resolves'],
];

interface Violation {
  readonly from: string;
  readonly to: string;
  readonly rule: { readonly name: string };
}

let violations: readonly Violation[] = [];
let folder = '';

function plant(): void {
  const contents = new Map<string, string>();
  for (const [file, imports, as] of ROWS) {
    const path = /^(core|main|renderer|hardware-sims|e2e)\//.test(imports);
    const from = path ? `./${relative(dirname(file), imports)}` : imports;
    const line = as === 'type' ? `import type { b } from '${from}';\nexport type T = typeof b;\n` : `import '${from}';\n`;
    contents.set(file, (contents.get(file) ?? '') + line);
    if (path && !imports.includes('not-there')) contents.set(imports, contents.get(imports) ?? 'export const b = 1;\n');
  }
  for (const [file, content] of contents) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), content);
  }
  cpSync(join(root, 'tsconfig.json'), join(folder, 'tsconfig.json'));
  cpSync(join(root, 'package.json'), join(folder, 'package.json'));
}

beforeAll(() => {
  mkdirSync(join(root, '.cache'), { recursive: true });
  folder = mkdtempSync(join(root, '.cache/architecture-'));
  plant();
  const report = join(folder, 'report.json');
  const tool = join(root, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
  const rules = join(root, '.config/dependency-cruiser.cjs');
  const folders = ['core', 'main', 'renderer', 'hardware-sims', 'e2e'];
  const args = [tool, '--config', rules, '--output-type', 'json', '--output-to', report, ...folders];
  execFileSync(process.execPath, args, { cwd: folder, stdio: 'pipe' });
  violations = (JSON.parse(readFileSync(report, 'utf8')) as { summary: { violations: Violation[] } }).summary.violations;
}, 60_000);

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('the import rules', () => {
  it.each(ROWS)('%s importing %s as a %s: %s', (file, imports, _as, rule) => {
    const name = imports.includes('not-there') ? 'not-there' : imports.replace(/^node:/, '');
    const found = violations
      .filter(({ from, to }) => (from === file && to.includes(name)) || (from === imports && to === file))
      .map((violation) => violation.rule.name);
    if (rule === null) expect(found).toEqual([]);
    else expect(found).toContain(rule);
  });
});
