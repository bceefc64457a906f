import { conformance } from './conformance.ts';
import { localWorld, otherShells } from './worlds.ts';

conformance('local', () => localWorld());
for (const shell of otherShells) conformance(`local, with ${shell} as sh`, () => localWorld(shell));
