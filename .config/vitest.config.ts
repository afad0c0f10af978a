import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  root: fileURLToPath(new URL('..', import.meta.url)),
  test: {
    include: ['{core,hardware-sims,main,renderer,e2e,.config}/**/*.test.{ts,tsx}'],
    allowOnly: false,
    testTimeout: 20_000,
    // happy-dom lays nothing out, so a focus trap finds nothing to focus there, and prints the whole document to say so.
    onConsoleLog: (text) => !text.includes('use-focus-trap'),
  },
});
