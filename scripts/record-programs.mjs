/** `node scripts/record-programs.mjs [SITUATION…]`: what real tools answer, kept as data for the tests of the lab's programs. */
import { join } from 'node:path';
import { withTypescript } from './typescript.mjs';

const recorded = join(import.meta.dirname, '../test/lab/hosts/recorded');
await withTypescript('/test/lab/hosts/record.ts', ({ record }) => record(recorded, process.argv.slice(2)));
