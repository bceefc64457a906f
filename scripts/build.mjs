// Bundles src/main.ts to dist/pb.js; lazy imports become chunks, so that a command loads only what it needs. A build that fails leaves dist/ as it was.
import { chmodSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { build } from 'esbuild';

const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
const fresh = mkdtempSync('dist.');
try {
  await build({
    entryPoints: { pb: 'src/main.ts' },
    outdir: fresh,
    bundle: true,
    splitting: true,
    platform: 'node',
    format: 'esm',
    target: 'node20.19',
    packages: 'external',
    sourcemap: true,
    define: { PB_VERSION: JSON.stringify(version) },
    banner: { js: '#!/usr/bin/env node' },
    logLevel: 'warning',
  });
  chmodSync(`${fresh}/pb.js`, 0o755);
  chmodSync(fresh, 0o755);
  rmSync('dist', { recursive: true, force: true });
  renameSync(fresh, 'dist');
} finally {
  rmSync(fresh, { recursive: true, force: true });
}
