// Completes package-lock.json: optional packages of other platforms that a registry mirror did not serve are listed all the same (npm ci refuses
// a lock file without them), and download addresses are left out, so that each site uses its own registry. Run after `npm install`.
import { readFileSync, writeFileSync } from 'node:fs';

const lock = JSON.parse(readFileSync('package-lock.json', 'utf8'));
for (const [path, one] of Object.entries(lock.packages)) {
  delete one.resolved;
  for (const [name, version] of Object.entries(one.optionalDependencies ?? {})) {
    const exact = /^\d/.test(version);
    const nested = `${path === '' ? '' : `${path}/`}node_modules/${name}`;
    if (exact && !lock.packages[nested] && !lock.packages[`node_modules/${name}`]) {
      lock.packages[`node_modules/${name}`] = { version, ...(one.dev ? { dev: true } : {}), optional: true, ...platform(name) };
    }
  }
}
lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1)));
writeFileSync('package-lock.json', `${JSON.stringify(lock, null, 2)}\n`);

/** "@biomejs/cli-linux-x64-musl" → os and cpu. */
function platform(name) {
  const [, os, cpu, libc] =
    /-(android|darwin|freebsd|linux|openbsd|win32|aix|sunos|netbsd|openharmony)-([a-z0-9]+)(?:-(musl|gnu|glibc))?/.exec(name) ?? [];
  return { ...(os ? { os: [os] } : {}), ...(cpu ? { cpu: [cpu] } : {}), ...(libc === 'musl' ? { libc: ['musl'] } : {}) };
}
