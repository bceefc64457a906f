/** pb's own transports against a lab host: the suite that real sshd passes too. */
import { conformance } from '../../transports/conformance.ts';
import { labWorld } from './lab-world.ts';

conformance('a lab host', () => labWorld());
