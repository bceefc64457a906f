/** argv → exit code. */
import module from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';

declare const PB_VERSION: string;

if (process.argv.length === 3 && process.argv[2] === '--version') {
  // Who asked may have gone already; then nobody misses it.
  process.stdout.on('error', () => {}).write(`${PB_VERSION}\n`);
} else {
  // Most runs are over before optimised code has paid for its making: wait four times as long with it. Later Nodes have other tiers and no such flag.
  if (process.versions.node.startsWith('20.')) setFlagsFromString('--interrupt-budget=270336');
  keepCompiled();
  const { main } = await import('./cli/main.ts');
  await main(process.argv, PB_VERSION);
}

/** From Node 22.8 on: what was compiled is there for the next start, which takes a sixth less processor time. Where that folder cannot be written, nothing is kept. */
function keepCompiled(): void {
  const { enableCompileCache } = module as { readonly enableCompileCache?: (folder: string) => unknown };
  enableCompileCache?.(join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'pb'));
}
