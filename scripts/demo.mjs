// From a fresh clone to a finished job, with nothing but Node and npm: installs, builds, starts a lab for inventory/, then check, run, and a
// second run that changes nothing. Calls pb as a user would. Nothing outside this folder and a temporary one is touched.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const began = Date.now();
const state = mkdtempSync(join(tmpdir(), 'pb-demo-'));
const lab = join(state, 'pb', 'lab');
const env = { ...process.env, XDG_STATE_HOME: state, KUBECONFIG: join(lab, 'kubeconfig') };

function step(title, program, args) {
  const shown = [program === process.execPath ? 'node' : program, ...args].join(' ');
  process.stdout.write(`\n── ${title}\n   $ ${shown.replaceAll(state, '$XDG_STATE_HOME')}\n\n`);
  const { status, signal, error } = spawnSync(program, args, { stdio: 'inherit', env, shell: process.platform === 'win32' });
  if (status !== 0) throw new Error(`${title}: ${error?.message ?? `ended with ${signal ?? `exit code ${status}`}`}`);
}
const pb = (title, ...args) => step(title, process.execPath, ['dist/pb.js', ...args]);

// npm writes the second file last: older than the first, the packages are not those of the lock file.
const installed = 'node_modules/.package-lock.json';
const current = existsSync(installed) && statSync(installed).mtimeMs >= statSync('package-lock.json').mtimeMs;
const sources = ['-i', 'inventory', '-i', join(lab, 'inventory')];
const playbook = 'playbooks/baremetal-local.yml';

try {
  if (!current) step('Install the packages', 'npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error']);
  step('Build', process.execPath, ['scripts/build.mjs']);
  pb(
    'Start a lab: eight pretend machines behind ssh, a pretend OpenShift cluster; its time passes 240 times faster',
    'lab',
    'up',
    '-i',
    'inventory',
    '--speed',
    '240',
  );
  pb('Check: what would be changed. Nothing is', 'check', playbook, ...sources);
  pb('Run: do it', 'run', playbook, ...sources);
  pb('Run again: 0 changes', 'run', playbook, ...sources);
  process.stdout.write(
    `\nDone in ${Math.round((Date.now() - began) / 1000)} s. Your own: pb lab up -i YOUR_INVENTORY, or pb rehearse PLAYBOOK -i YOUR_INVENTORY\n`,
  );
} catch (error) {
  process.stderr.write(`\nThe demo stopped. ${error.message}\n`);
  process.exitCode = 1;
} finally {
  if (existsSync('dist/pb.js')) spawnSync(process.execPath, ['dist/pb.js', 'lab', 'down'], { env, stdio: 'ignore' });
  rmSync(state, { recursive: true, force: true });
}
