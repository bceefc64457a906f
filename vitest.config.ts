import { defineConfig } from 'vitest/config';
import { reporters } from './scripts/reporters.ts';

/** What needs nothing but Node: every test outside test/real. */
export default defineConfig({
  test: {
    reporters,
    include: ['test/**/*.test.ts'],
    exclude: ['test/real/**'],
    // Only against what hangs: no test may fail because the machine is slow.
    testTimeout: 90_000,
    hookTimeout: 90_000,
    expect: { poll: { timeout: 80_000 } },
    // Vitest would leave one of two cores idle; many tests wait for a process of their own.
    maxWorkers: '100%',
    // Results tell times in the controller's zone.
    env: { TZ: 'UTC' },
  },
});
