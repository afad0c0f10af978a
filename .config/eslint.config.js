import js from '@eslint/js';
import { defineConfig } from 'eslint/config';
import reactHooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';
import { root } from './build.mjs';

/** Names that would bring a clock, a platform or chance into code that has to be repeatable. */
const IMPURE_GLOBALS = [
  'console',
  'performance',
  'setTimeout',
  'setInterval',
  'setImmediate',
  'queueMicrotask',
  'requestAnimationFrame',
  'process',
  'Buffer',
  'fetch',
  'crypto',
];

export default defineConfig(
  { ignores: ['node_modules/', 'dist/', 'release/', '.cache/', '.config/dependency-cruiser.cjs'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  js.configs.recommended,
  tseslint.configs.strictTypeChecked,
  {
    languageOptions: { parserOptions: { project: ['tsconfig.json'], tsconfigRootDir: root } },
    rules: {
      // TypeScript knows the names of every platform; the rule does not.
      'no-undef': 'off',
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true }],
      '@typescript-eslint/no-unnecessary-condition': ['error', { allowConstantLoopConditions: 'only-allowed-literals' }],
      'no-restricted-syntax': [
        'error',
        { selector: 'ExportAllDeclaration', message: 'Import from the file that defines it; no file re-exports others.' },
        { selector: 'TSEnumDeclaration', message: 'A union of literals, or an object `as const`.' },
      ],
    },
  },
  {
    files: ['core/**/*.ts', 'hardware-sims/**/*.ts'],
    ignores: ['**/*.test.ts', 'hardware-sims/servers/**', 'hardware-sims/conformance/**'],
    rules: { 'no-restricted-globals': ['error', ...IMPURE_GLOBALS] },
  },
  {
    files: ['renderer/**/*.{ts,tsx}'],
    extends: [reactHooks.configs.flat.recommended],
    ignores: ['**/*.test.{ts,tsx}'],
    // The types of Node are in reach of the whole repository; in a window there is no Node.
    rules: { 'no-restricted-globals': ['error', 'process', 'Buffer', 'global', 'require', 'setImmediate', '__dirname', '__filename'] },
  },
  {
    files: ['e2e/**/*.ts'],
    // A fixture that needs no other has an empty pattern; Playwright reads it.
    rules: { 'no-empty-pattern': ['error', { allowObjectPatternsAsParameters: true }] },
  },
);
