// How long a lab of many hosts takes to start, what memory it takes, and how long the shipped playbook takes on all of them: a check, a run,
// and the same run again. Linux and macOS.
// Usage: node scripts/bench-lab.mjs [HOSTS, 300] [SPEED, 120]; the build must be there. Prints one JSON line.
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const hosts = Number(process.argv[2] ?? 300);
const speed = Number(process.argv[3] ?? 120);
const state = mkdtempSync(join(tmpdir(), 'pb-bench-'));
const lab = join(state, 'pb', 'lab');
const env = { ...process.env, XDG_STATE_HOME: state, KUBECONFIG: join(lab, 'kubeconfig'), NO_COLOR: '1' };

/** Seconds, and what it printed; throws with what failed. */
function timed(...args) {
  const began = performance.now();
  const { status, stdout, stderr } = spawnSync(process.execPath, ['dist/pb.js', ...args], { env, encoding: 'utf8', maxBuffer: 2 ** 28 });
  if (status !== 0) {
    const why = /^(?:FAILED|UNREACHABLE)[\s\S]*?(?=\n\n\n|\nPLAY RECAP)/m.exec(stdout)?.[0] ?? stdout.slice(-1000);
    throw new Error(`pb ${args[0]} ended with ${status}: ${why.slice(0, 3000)}\n${stderr.slice(-1000)}`);
  }
  return { seconds: Math.round((performance.now() - began) / 100) / 10, stdout };
}
const rssMb = (pid) => Math.round(Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' })) / 1024);

try {
  const inventory = join(state, 'hosts.yml');
  const pad = String(hosts).length;
  const range = (name, count) => `${name}[${'1'.padStart(pad, '0')}:${String(count).padStart(pad, '0')}]`;
  const groups = { masters: { hosts: { [range('m', 3)]: null } }, workers: { hosts: { [range('w', hosts - 3)]: null } } };
  writeFileSync(inventory, JSON.stringify({ all: { children: groups } }));
  cpSync('inventory/group_vars', join(state, 'group_vars'), { recursive: true });
  const sources = ['-i', inventory];
  // All hosts and their cluster are one process: the last of so many logins and volumes come late.
  const patience = { timeout_catalogs: 3600, timeout_operator: 3600, timeout_volumes: 3600, timeout_registry: 3600 };
  const given = { ansible_become: true, data_disk_min_gib: 100, ansible_ssh_timeout: 300, ...patience };
  const settings = ['-e', JSON.stringify(given)];
  const up = timed('lab', 'up', ...sources, '--speed', String(speed));
  const { pid } = JSON.parse(readFileSync(join(lab, 'state.json'), 'utf8'));
  const startMb = rssMb(pid);
  const job = ['playbooks/baremetal-local.yml', ...sources, '-i', join(lab, 'inventory'), ...settings];
  const check = timed('check', ...job);
  const run = timed('run', ...job);
  const afterMb = rssMb(pid);
  const again = timed('run', ...job);
  const changed = (text) => [...text.matchAll(/changed=(\d+)/g)].reduce((sum, [, count]) => sum + Number(count), 0);
  const result = {
    hosts,
    speed,
    up_s: up.seconds,
    rss_mb: startMb,
    check_s: check.seconds,
    run_s: run.seconds,
    changed: changed(run.stdout),
    rss_after_mb: afterMb,
  };
  process.stdout.write(`${JSON.stringify({ ...result, again_s: again.seconds, changed_again: changed(again.stdout) })}\n`);
} finally {
  spawnSync(process.execPath, ['dist/pb.js', 'lab', 'down'], { env, stdio: 'ignore' });
  rmSync(state, { recursive: true, force: true });
}
