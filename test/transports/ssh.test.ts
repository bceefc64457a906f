import { conformance } from './conformance.ts';
import { sshWorld } from './worlds.ts';

conformance('ssh', () => sshWorld());
