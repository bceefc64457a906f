/** pb held to what the real ansible-playbook made of the same playbooks: test/real/language.real.test.ts proves the recordings. */
import { expect, it } from 'vitest';
import { cases, recorded } from './language/harness/case.ts';
import { shared } from './language/harness/outcome.ts';
import { runPb } from './language/harness/pb.ts';

const all = await cases();

it('there are at least 40 of them', () => expect(all.length).toBeGreaterThanOrEqual(40));

it.each(all)('$name comes to what ansible-playbook makes of it', async (one) => {
  const expected = await recorded(one);
  expect(shared(await runPb(one), expected)).toEqual(expected);
});
