/** `pb vars HOST [NAME]`: where a variable is defined, which definition wins and why. */
import { nearest, PbError } from '../../core/diagnostic.ts';
import type { Plan } from '../../core/plan.ts';
import { resolve } from '../../core/resolve.ts';
import { Redactor } from '../../core/secret.ts';
import { type HostName, type Json, Template } from '../../core/value.ts';
import { type Definition, everywhere, inPlays, layersEverywhere } from '../../project/vars/definitions.ts';
import { layerScope } from '../../project/vars/scope.ts';
import { renderDiagnostic } from '../../report/diagnostic.ts';
import { languageWith } from '../language.ts';
import { loadPlan } from '../load.ts';
import { NO_FLAGS, type RunFlags } from '../options.ts';
import { lineReader } from '../read-line.ts';
import { asJson, asWritten, everyVariable, oneVariable } from '../vars/text.ts';
import { vaultPasswords } from '../vault-passwords.ts';

export interface VarsFlags extends Pick<RunFlags, 'inventory' | 'vaultId' | 'vaultPasswordFile' | 'askVaultPass' | 'extraVars'> {
  readonly playbook: readonly string[];
  readonly output: 'text' | 'json';
}

/** Exit code: 1 where loading failed. Throws PbError 'args' for a host or a variable that does not exist. */
export async function varsCommand(hostName: string, name: string | undefined, flags: VarsFlags): Promise<number> {
  const redactor = new Redactor();
  const onSecret = (value: string): void => redactor.add(value);
  const { engine } = languageWith(onSecret);
  const loading = { engine, vault: await vaultPasswords(flags, onSecret), redactor };
  const { plan, diagnostics } = await loadPlan(flags.playbook, { ...NO_FLAGS, ...flags, output: 'auto', allowEmpty: true }, loading);
  const readLine = lineReader();
  for (const one of diagnostics) process.stderr.write(`${redactor.text(renderDiagnostic(one, readLine))}\n`);
  if (!plan || diagnostics.some(({ severity }) => severity === 'error')) return 1;
  const host = hostOf(plan, hostName);
  const [all, scoped] = [everywhere(plan, host), inPlays(plan, host)];
  for (const one of [...all, ...scoped]) if (PASSWORDS.test(one.name) && typeof one.value === 'string') onSecret(one.value);
  const text = name === undefined ? listed(all, scoped, flags) : await explained(plan, { host, name, all, scoped }, flags);
  process.stdout.write(redactor.text(text));
  return 0;
}

/** Connection variables that are secrets by their meaning. */
const PASSWORDS = /^ansible_\w*(?:pass|password|passphrase)$/;

function hostOf(plan: Plan, name: string): HostName {
  const known = [...plan.inventory.hosts.keys()];
  const found = known.find((one) => one === name);
  if (found !== undefined) return found;
  const guess = nearest(name, known);
  throw new PbError('args', `there is no host ${name}`, {
    hint: guess ? `did you mean ${guess}?` : 'pb inventory --graph shows all hosts',
  });
}

interface Asked {
  readonly host: HostName;
  readonly name: string;
  readonly all: readonly Definition[];
  readonly scoped: readonly Definition[];
}

async function explained(plan: Plan, asked: Asked, flags: VarsFlags): Promise<string> {
  const of = (list: readonly Definition[]): readonly Definition[] => list.filter((one) => one.name === asked.name);
  const [all, scoped] = [of(asked.all), of(asked.scoped)];
  if (all.length + scoped.length === 0) {
    const names = new Set([...asked.all, ...asked.scoped].map((one) => one.name));
    const guess = nearest(asked.name, names);
    throw new PbError('args', `nothing defines ${asked.name} for ${asked.host}`, {
      hint: guess ? `did you mean ${guess}?` : 'facts and magic variables exist in a run only; --playbook shows what playbooks define',
    });
  }
  if (flags.output === 'json')
    return json([...all.map((one) => asJson(one, one === all.at(-1))), ...scoped.map((one) => asJson(one, false))]);
  return oneVariable(asked.host, asked.name, { all, scoped, value: await worth(plan, asked.host, all.at(-1)) });
}

/** What it comes to for this host, or why that cannot be said before a run. */
async function worth(plan: Plan, host: HostName, winner: Definition | undefined): Promise<string> {
  if (winner?.value === undefined) return '';
  const { inventory } = plan;
  const magic = {
    inventory_hostname: host,
    inventory_hostname_short: host.split('.')[0] ?? host,
    group_names: inventory.hosts.get(host)?.groups ?? [],
    groups: Object.fromEntries(inventory.groups),
    playbook_dir: plan.playbookDir,
    omit: '',
  };
  const layers = layersEverywhere(plan, host);
  try {
    return JSON.stringify(asWritten(await resolve(winner.value, layerScope([...layers, { precedence: 'magic', vars: magic }]))));
  } catch (error) {
    if (!(error instanceof PbError) || !(winner.value instanceof Template)) throw error;
    return `(not known before a run: ${error.message})`;
  }
}

function listed(all: readonly Definition[], scoped: readonly Definition[], flags: VarsFlags): string {
  const winners = [...new Map(all.map((one) => [one.name, one])).values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  if (flags.output === 'json')
    return json([...all.map((one) => asJson(one, winners.includes(one))), ...scoped.map((one) => asJson(one, false))]);
  const rest = scoped.length > 0 ? `${scoped.length} more definitions in plays; name a variable to see them\n` : '';
  return everyVariable(winners) + rest;
}

const json = (value: Json): string => `${JSON.stringify(value, null, 2)}\n`;
