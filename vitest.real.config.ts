import { defineConfig } from 'vitest/config';
import { reporters } from './scripts/reporters.ts';

/** Tests on real parts: emulated hosts, kube-apiserver. Two files at a time: each host is one busy core of two, and much of the time is waiting. */
export default defineConfig({
  test: {
    reporters,
    include: ['test/real/**/*.real.test.ts'],
    testTimeout: 300_000,
    hookTimeout: 2_400_000,
    expect: { poll: { timeout: 80_000 } },
    maxWorkers: 2,
  },
});
