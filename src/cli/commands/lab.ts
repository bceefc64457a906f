/** `pb lab`: a pretend fleet and cluster to try playbooks on, kept running in the background or foreground. */
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { setTimeout as after } from 'node:timers/promises';
import { execa } from 'execa';
import { PbError } from '../../core/diagnostic.ts';
import { inBackground } from '../lab/background.ts';
import { inForeground, type UpFlags } from '../lab/foreground.ts';
import { alive, type LabState, labFolder, neededLab, runningLab, stateFile } from '../lab/state.ts';
import { shipped } from '../scenario/shipped.ts';

export async function labUp(flags: UpFlags & { readonly foreground: boolean }): Promise<number> {
  const folder = labFolder(process.env);
  const before = await runningLab(folder);
  if (before)
    throw new PbError('args', `a lab is up already (process ${before.pid})`, { hint: 'pb lab down ends it; pb lab status shows it' });
  await rm(stateFile(folder), { force: true });
  if (flags.foreground) return inForeground(folder, flags);
  const state = await inBackground(folder);
  if (!state) return 1;
  process.stdout.write(`${statusText(state)}\n`);
  return 0;
}

export async function labDown(): Promise<number> {
  const folder = labFolder(process.env);
  const state = await runningLab(folder);
  if (!state) {
    process.stdout.write('no lab is up\n');
    return 0;
  }
  process.kill(state.pid, 'SIGTERM');
  await untilGone(folder, state.pid);
  await rm(stateFile(folder), { force: true });
  process.stdout.write('the lab is down\n');
  return 0;
}

const PATIENCE_MS = 15_000;

/** The lab takes its state file away as the last thing it does. */
async function untilGone(folder: string, pid: number): Promise<void> {
  const until = performance.now() + PATIENCE_MS;
  while (existsSync(stateFile(folder)) && (await alive(pid))) {
    if (performance.now() > until) {
      process.kill(pid, 'SIGKILL');
      return;
    }
    await after(50);
  }
}

export async function labStatus(): Promise<number> {
  const state = await runningLab(labFolder(process.env));
  process.stdout.write(state ? `${statusText(state)}\n` : 'no lab is up\n');
  return state ? 0 : 1;
}

function statusText({ pid, since, api, speed, hosts, files, inventory, scenario }: LabState): string {
  const base = inventory.map((source) => `-i ${source} `).join('');
  const shown = hosts.length > 12 ? `${hosts.slice(0, 10).join(' ')} … (${hosts.length})` : hosts.join(' ');
  return [
    `The lab is up (process ${pid}, since ${since}, speed ×${speed}${scenario.length > 0 ? `, ${scenario.join(', ')}` : ''})`,
    `  hosts       ${shown}`,
    `  API server  ${api}`,
    '',
    'Point tools at it:',
    `  export KUBECONFIG=${files.kubeconfig}`,
    `  pb check PLAYBOOK ${base}-i ${files.inventory}`,
    `  ssh -F ${files.sshConfig} ${hosts[0] ?? 'HOST'}`,
    '  pb lab shell HOST · pb lab kubectl get nodes · pb lab down',
  ].join('\n');
}

/** The user's own ssh client, so that it behaves as they know it. */
export async function labShell(host: string, command: readonly string[]): Promise<number> {
  const { files, hosts } = await neededLab(labFolder(process.env));
  if (!hosts.includes(host)) throw new PbError('args', `there is no host ${host} in the lab`, { hint: `there are ${hosts.join(', ')}` });
  return handOver(
    'ssh',
    ['-F', files.sshConfig, host, ...command],
    {},
    `install an OpenSSH client; the lab's settings for it are in ${files.sshConfig}`,
  );
}

export async function labKubectl(args: readonly string[]): Promise<number> {
  const { files } = await neededLab(labFolder(process.env));
  const env = { KUBECONFIG: files.kubeconfig };
  return handOver('kubectl', args, env, `install kubectl (or oc), or point another client at KUBECONFIG=${files.kubeconfig}`);
}

async function handOver(program: string, args: readonly string[], env: { readonly [name: string]: string }, hint: string): Promise<number> {
  const { exitCode, code } = await execa(program, [...args], { stdio: 'inherit', reject: false, env });
  if (code === 'ENOENT') throw new PbError('args', `there is no ${program} on this machine`, { hint });
  return exitCode ?? 1;
}

export async function labScenarios(): Promise<number> {
  const { readScenario } = await import('../scenario/read.ts');
  for (const { id, path } of await shipped()) {
    const { value } = await readScenario(path);
    process.stdout.write(`${id.padEnd(18)} ${value?.name ?? '(has mistakes)'}\n${''.padEnd(19)}${path}\n`);
  }
  return 0;
}
