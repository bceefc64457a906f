import { describe } from 'vitest';
import { ensure, type PartName, PartUnavailable } from './cache.ts';

/**
 * `describe` where the parts can be had, `describe.skip` where not: `const suite = await partOrSkip('vm'); suite('…', () => …)`.
 * With PB_REQUIRE_REAL=1 a missing part is a failure, so that CI cannot pass by skipping.
 */
export async function partOrSkip(...names: readonly PartName[]): Promise<typeof describe | typeof describe.skip> {
  try {
    for (const name of names) await ensure(name);
    return describe;
  } catch (error) {
    if (!(error instanceof PartUnavailable) || process.env['PB_REQUIRE_REAL'] === '1') throw error;
    process.stderr.write(`skipped, as a real part is missing: ${error.message}\n`);
    return describe.skip;
  }
}
