import { defineConfig } from 'vitest/config';
import { reporters } from './scripts/reporters.ts';

/** Tests on real parts: emulated hosts, kube-apiserver. Files run one after another: they share two cores and real memory. */
export default defineConfig({
  test: {
    reporters,
    include: ['test/real/**/*.real.test.ts'],
    testTimeout: 300_000,
    hookTimeout: 2_400_000,
    fileParallelism: false,
  },
});
