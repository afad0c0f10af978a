import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const root = fileURLToPath(new URL('../..', import.meta.url));

export interface BuiltEntries {
  readonly folder: string;
  /** Path of the built file: `cli/index` gives `…/cli/index.js`. */
  pathOf(entry: string): string;
  remove(): void;
}

/**
 * Builds entries of `main/` as the program's own build does, for tests that need a process or thread of their own.
 * Inside the project, because what is built finds its packages beside it.
 */
export async function buildEntries(entries: readonly string[]): Promise<BuiltEntries> {
  mkdirSync(join(root, '.cache'), { recursive: true });
  const folder = mkdtempSync(join(root, '.cache/test-'));
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  for (const entry of entries) {
    const rolldownOptions = { input: { [entry]: join(root, `main/${entry}.ts`) }, output: { entryFileNames: '[name].js', codeSplitting: false } };
    await build({ root, configFile: false, logLevel: 'silent', publicDir: false, build: { ssr: true, outDir: folder, emptyOutDir: false, target: 'node20', rolldownOptions } });
  }
  return {
    folder,
    pathOf: (entry) => join(folder, `${entry}.js`),
    remove() {
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A page that stands for the built screen. */
export function writeScreen(folder: string): void {
  const page = join(folder, 'renderer/index.html');
  mkdirSync(dirname(page), { recursive: true });
  writeFileSync(page, '<!doctype html><title>Chargebench</title>');
}
