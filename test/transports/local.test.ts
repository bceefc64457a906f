import { conformanceWithSudo } from './conformance.ts';
import { localWorld, otherShells } from './worlds.ts';

conformanceWithSudo('local', () => localWorld());
for (const shell of otherShells) conformanceWithSudo(`local, with ${shell} as sh`, () => localWorld(shell));
