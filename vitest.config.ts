import { defineConfig } from 'vitest/config';

/** What needs nothing but Node: every test outside test/real. */
export default defineConfig({
  test: { include: ['test/**/*.test.ts'], exclude: ['test/real/**'], testTimeout: 30_000 },
});
