/** For scripts whose parts are TypeScript and find their files by where they are: loaded as vitest would load them. */
import { join } from 'node:path';
import { createViteServer } from 'vitest/node';

/** Loads `file` (from the project's root, "/bench/main.ts") and calls `use` with what it exports. */
export async function withTypescript(file, use) {
  const loader = await createViteServer({
    root: join(import.meta.dirname, '..'),
    configFile: false,
    server: { middlewareMode: true, hmr: false, watch: null, ws: false },
    optimizeDeps: { noDiscovery: true },
    logLevel: 'error',
  });
  try {
    return await use(await loader.ssrLoadModule(file));
  } finally {
    await loader.close();
  }
}
