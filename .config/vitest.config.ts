import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  root: fileURLToPath(new URL('..', import.meta.url)),
  test: {
    include: ['{core,hardware-sims,main,renderer,e2e,.config}/**/*.test.{ts,tsx}'],
    allowOnly: false,
    testTimeout: 20_000,
  },
});
