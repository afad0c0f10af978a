import { defineConfig } from 'vitest/config';

export default defineConfig({
  root: new URL('..', import.meta.url).pathname,
  test: {
    include: ['{core,hardware-sims,main,renderer}/**/*.test.{ts,tsx}'],
    testTimeout: 20_000,
  },
});
