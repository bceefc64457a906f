import { defineConfig } from 'vitest/config';
import { reporters } from './scripts/reporters.ts';

/** What needs nothing but Node: every test outside test/real. */
export default defineConfig({
  test: {
    reporters,
    include: ['test/**/*.test.ts'],
    exclude: ['test/real/**'],
    testTimeout: 30_000,
  },
});
