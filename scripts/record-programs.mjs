/** `node scripts/record-programs.mjs [SITUATION…]`: what real tools answer, kept as data for the tests of the lab's programs. */
import { join } from 'node:path';
import { createViteServer } from 'vitest/node';

const root = join(import.meta.dirname, '..');
// The parts are TypeScript and find their files by where they are: loaded as vitest would load them.
const loader = await createViteServer({
  root,
  configFile: false,
  server: { middlewareMode: true, hmr: false, watch: null, ws: false },
  optimizeDeps: { noDiscovery: true },
  logLevel: 'error',
});
try {
  const { record } = await loader.ssrLoadModule('/test/lab/hosts/record.ts');
  await record(join(root, 'test/lab/hosts/recorded'), process.argv.slice(2));
} finally {
  await loader.close();
}
