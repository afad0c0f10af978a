import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { conformanceCommand } from './conformance.ts';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

/** Normal mode, standalone, MAX 16 A; `currentDa` is what the trace says was given. */
function folderWith(currentDa: number, broken?: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'traces-'));
  folders.push(folder);
  const trace = {
    ...{ format: 'smartevse-trace/1', id: 'tiny', variant: 'classic', level: 'balance', conformance: 'normative', evseCount: 1 },
    init: { settings: { maxCurrent: 16, cableMax: 32 }, evse: [{ state: 2 }] },
    steps: [{ c: 0, n: 1, in: {}, out: { bal: [currentDa], st: [2], err: 0, ph: 3, iset: 160, nc: 0, t: {} } }],
  };
  writeFileSync(join(folder, 'tiny.json'), JSON.stringify(trace));
  if (broken !== undefined) writeFileSync(join(folder, 'broken.json'), broken);
  return folder;
}

async function run(...args: readonly string[]): Promise<{ readonly code: number; readonly out: readonly string[]; readonly err: readonly string[] }> {
  const [out, err]: [string[], string[]] = [[], []];
  const code = await conformanceCommand.run(args, { out: (line) => out.push(line), err: (line) => err.push(line), progress: () => undefined });
  return { code, out, err };
}

describe('conformance smartevse', () => {
  test('is good when every cycle is met', async () => {
    expect(await run('smartevse', folderWith(160))).toEqual({ code: 0, out: ['ok tiny', '1 passed, 0 failed, 0 skipped'], err: [] });
  });

  test('answers no with the first difference', async () => {
    expect(await run('smartevse', folderWith(150))).toMatchObject({ code: 1, out: ['FAIL tiny cycle 0 bal want [150] got [160]', '0 passed, 1 failed, 0 skipped'] });
  });

  test('names a file that cannot be read and the place in it, after the others have been played', async () => {
    const { code, out, err } = await run('smartevse', folderWith(160, '{"format":"smartevse-trace/1","id":"broken"}'));
    expect([code, out]).toEqual([2, ['ok tiny', '1 passed, 0 failed, 0 skipped']]);
    expect(err[0]).toMatch(/invalid-file: file broken\.json, path variant/);
  });

  test('names a folder that is not there, and a kind that nobody knows', async () => {
    expect(await run('smartevse', join(tmpdir(), 'no-such-folder'))).toMatchObject({ code: 2, out: [] });
    expect(await run('no-such-kind', tmpdir())).toMatchObject({ code: 2, out: [] });
  });
});
