/** Faults as a user of the CLI meets them: how the host ends, what is said, and that nothing else is touched. */
import { partOrSkip } from '../parts/require.ts';
import { become } from './faults/become.ts';
import { disk } from './faults/disk.ts';
import { jump } from './faults/jump.ts';
import { midway } from './faults/midway.ts';
import { reach } from './faults/reach.ts';
import { fleet } from './fleet.ts';

const suite = await partOrSkip('vm');

suite('faults', () => {
  const two = fleet({
    alpha: { name: 'alpha', address: '127.0.0.61', disks: [{ kind: 'scsi', sizeMiB: 32, serial: 'S1' }] },
    beta: { name: 'beta', address: '127.0.0.62' },
  });
  reach(two);
  become(two);
  jump(two);
  disk(two);
  // Last, for alpha does not survive it.
  midway(two);
});
