/** Transports against OpenSSH and sudo as they come with Debian. */
import { afterAll, beforeAll } from 'vitest';
import { conformance } from '../../transports/conformance.ts';
import { partOrSkip } from '../parts/require.ts';
import { startHost, type Vm } from '../parts/vm.ts';
import { sudo } from './sudo.ts';
import { vmWorld } from './world.ts';

const suite = await partOrSkip('vm');

suite('a real host', () => {
  let vm: Vm;
  beforeAll(async () => {
    vm = await startHost({ name: 'worker01', address: '127.0.0.41' });
  });
  afterAll(() => vm?.close());

  conformance('OpenSSH', () => vmWorld(vm));
  sudo(() => vm);
});
