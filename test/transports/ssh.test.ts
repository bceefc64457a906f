import { conformanceWithSudo } from './conformance.ts';
import { sshWorld } from './worlds.ts';

conformanceWithSudo('ssh', () => sshWorld());
