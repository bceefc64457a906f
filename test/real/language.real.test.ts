/** The recordings that pb is held to are what ansible-playbook of today's cases gives. PB_RECORD=1 writes them anew. */
import { writeFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { cases, recorded, recordingOf } from '../e2e/language/harness/case.ts';
import { runAnsible } from './language/ansible.ts';
import { ensure } from './parts/cache.ts';
import { partOrSkip } from './parts/require.ts';

/** ms: ansible-playbook takes some seconds for each task where other programs have the processors. */
const PATIENCE = 900_000;

const suite = await partOrSkip('ansible');
const all = await cases();

suite('ansible-playbook', () => {
  it.each(all)(
    '$name is as recorded',
    async (one) => {
      const outcomes = await runAnsible(one, await ensure('ansible'));
      if (process.env['PB_RECORD'] === '1') await writeFile(recordingOf(one), `${JSON.stringify(outcomes, null, 1)}\n`);
      else expect(outcomes).toEqual(await recorded(one));
    },
    PATIENCE,
  );
});
