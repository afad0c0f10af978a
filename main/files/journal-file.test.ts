import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'vite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createJournalFile } from './journal-file.ts';

let folder: string;
const onFailure = (): void => undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'chargebench-journal-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** A program that appends 200-byte lines without end, says "go" after 500 and prints what the journal fails with. */
async function buildWriter(path: string): Promise<string> {
  const entry = join(folder, 'entry.ts');
  writeFileSync(
    entry,
    `import { createJournalFile } from ${JSON.stringify(new URL('./journal-file.ts', import.meta.url).pathname)};
     const journal = createJournalFile({ path: ${JSON.stringify(path)}, onFailure: (failure) => process.stdout.write(JSON.stringify(failure) + ';') });
     let count = 0;
     const turn = (): void => {
       journal.append(JSON.stringify([count, 'x'.repeat(200)]));
       count += 1;
       if (count === 500) process.stdout.write('go');
       setImmediate(turn);
     };
     turn();`,
  );
  const output = { entryFileNames: 'writer.mjs' };
  await build({ configFile: false, logLevel: 'silent', build: { ssr: true, outDir: folder, emptyOutDir: false, rolldownOptions: { input: entry, output } } });
  return join(folder, 'writer.mjs');
}

async function untilSaid(child: ChildProcess, text: string): Promise<string> {
  let said = '';
  await new Promise<void>((resolve) => {
    child.stdout?.on('data', (chunk) => {
      said += String(chunk);
      if (said.includes(text)) resolve();
    });
  });
  child.kill('SIGKILL');
  await new Promise((resolve) => child.once('close', resolve));
  return said;
}

test('lines stand in the file in their order', () => {
  const path = join(folder, 'a.jsonl');
  const journal = createJournalFile({ path, onFailure });
  journal.append('{"format":"x"}');
  journal.append('[1,"ü"]');
  expect(readFileSync(path, 'utf8')).toBe('{"format":"x"}\n[1,"ü"]\n');
  journal.close();
});

test('a run that exists is never overwritten', () => {
  const path = join(folder, 'a.jsonl');
  writeFileSync(path, 'old');
  expect(() => createJournalFile({ path, onFailure })).toThrow(expect.objectContaining({ code: 'not-writable', context: { path, cause: 'EEXIST' } }));
  expect(readFileSync(path, 'utf8')).toBe('old');
});

test('after kill -9 every line that was appended is there, and at most one more in part', async () => {
  const path = join(folder, 'killed.jsonl');
  await untilSaid(spawn(process.execPath, [await buildWriter(path)]), 'go');
  const lines = readFileSync(path, 'utf8').split('\n').slice(0, -1);
  expect(lines.length).toBeGreaterThanOrEqual(500);
  for (const [index, line] of lines.entries()) expect((JSON.parse(line) as unknown[])[0]).toBe(index);
});

test.skipIf(process.platform === 'win32')('a disk that takes no more is told once, and the program goes on (not on Windows: ulimit)', async () => {
  const path = join(folder, 'full.jsonl');
  const writer = await buildWriter(path);
  // 20 blocks of 512 bytes hold about 48 lines; without the trap the system would kill the writer.
  const child = spawn('sh', ['-c', `trap '' XFSZ; ulimit -f 20; exec "$0" "$1"`, process.execPath, writer]);
  const said = await untilSaid(child, 'go');
  expect(said.split(';').slice(0, -1).map((text) => JSON.parse(text) as unknown)).toEqual([{ code: 'not-writable', context: { path, cause: 'EFBIG' } }]);
});
