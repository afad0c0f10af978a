import { defineConfig } from 'playwright/test';
import { root } from './build.mjs';

/** Chromium's own sandbox needs a user other than root. */
const args = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
const executablePath = process.env['CHROMIUM_PATH'];

export default defineConfig({
  testDir: `${root}/e2e`,
  outputDir: `${root}/.cache/e2e`,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  forbidOnly: true,
  retries: 0,
  fullyParallel: false,
  workers: 2,
  use: {
    viewport: { width: 1440, height: 900 },
    launchOptions: { args, ...(executablePath === undefined ? {} : { executablePath }) },
    trace: 'retain-on-failure',
  },
  projects: [
    { name: 'e2e', testMatch: 'specs/**/*.spec.ts' },
    { name: 'bench', testMatch: 'bench/**/*.bench.ts', workers: 1 },
  ],
});
