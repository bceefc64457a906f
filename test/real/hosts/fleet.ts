/** Two real hosts, as every test of faults finds them. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import { type HostOptions, startHost, type Vm } from '../parts/vm.ts';
import { newProject, type Project } from './cli.ts';
import { type VmShell, vmShell } from './shell.ts';

export type Vars = { readonly [name: string]: string | number | boolean };

export interface Fleet {
  readonly alpha: Vm;
  readonly beta: Vm;
  /** Past pb. */
  readonly onAlpha: VmShell;
  readonly onBeta: VmShell;
  /** Fresh for every test; its known_hosts knows alpha and beta. */
  readonly project: Project;
  /** Writes hosts.json with these hosts (variables over what reaches alpha and beta) and site.yml with these tasks for all of them. */
  setUp(hosts: { readonly [name: string]: Vars }, tasks: string, handlers?: string): void;
}

export function fleet(options: { readonly alpha: HostOptions; readonly beta: HostOptions }): Fleet {
  let vms: readonly [Vm, Vm] | undefined;
  let shells: readonly [VmShell, VmShell] | undefined;
  let project: Project | undefined;
  const sockets = mkdtempSync(join(tmpdir(), 'pb-ssh-'));
  beforeAll(async () => {
    vms = await Promise.all([startHost(options.alpha), startHost(options.beta)]);
    shells = [vmShell(vms[0], sockets), vmShell(vms[1], sockets)];
  });
  afterAll(async () => {
    await Promise.all((shells ?? []).map((shell) => shell.close()));
    await Promise.all((vms ?? []).map((vm) => vm.close()));
    rmSync(sockets, { recursive: true });
  });
  beforeEach(() => {
    project = newProject();
    project.write({ 'home/.ssh/known_hosts': (vms ?? []).map((vm) => readFileSync(vm.knownHostsFile, 'utf8')).join('') });
  });
  afterEach(() => project?.close());

  const there = <T>(value: T | undefined): T => {
    if (value === undefined) throw new Error('used outside of a test');
    return value;
  };
  const reach = (name: string): Vars => {
    const vm = there(vms).find((one) => one.name === name);
    if (!vm) return {};
    return { ansible_host: vm.address, ansible_port: vm.port, ansible_user: 'core', ansible_ssh_private_key_file: vm.keyFile };
  };
  return {
    get alpha() {
      return there(vms)[0];
    },
    get beta() {
      return there(vms)[1];
    },
    get onAlpha() {
      return there(shells)[0];
    },
    get onBeta() {
      return there(shells)[1];
    },
    get project() {
      return there(project);
    },
    setUp(hosts, tasks, handlers) {
      const all = { hosts: Object.fromEntries(Object.entries(hosts).map(([name, vars]) => [name, { ...reach(name), ...vars }])) };
      const list = (key: string, text: string) => [
        `  ${key}:`,
        ...text
          .trim()
          .split('\n')
          .map((line) => `    ${line}`),
      ];
      const play = [
        '- name: Faults',
        '  hosts: all',
        '  gather_facts: false',
        ...list('tasks', tasks),
        ...(handlers ? list('handlers', handlers) : []),
      ];
      there(project).write({ 'hosts.json': JSON.stringify({ all }), 'site.yml': `${play.join('\n')}\n` });
    },
  };
}

export const site = ['-i', 'hosts.json', 'site.yml'] as const;
