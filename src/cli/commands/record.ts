/** `pb record`: what disks and cluster objects there are, read-only and without secrets, as a scenario to shape a lab with. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { RunEvent } from '../../core/event.ts';
import { Redactor } from '../../core/secret.ts';
import { run } from '../../engine/run.ts';
import { failures, failureText } from '../../lab/rehearsal/compare.ts';
import { renderDiagnostic } from '../../report/diagnostic.ts';
import { realClock } from '../clock.ts';
import { onInterrupt } from '../interrupt.ts';
import { languageWith } from '../language.ts';
import { loadPlan } from '../load.ts';
import { NO_FLAGS, type RunFlags } from '../options.ts';
import { portsFor } from '../ports.ts';
import { lineReader } from '../read-line.ts';
import { recordingPlaybook } from '../record/playbook.ts';
import { recordingOf } from '../record/recording.ts';
import { vaultPasswords } from '../vault-passwords.ts';

export interface RecordFlags extends Pick<RunFlags, 'inventory' | 'vaultId' | 'vaultPasswordFile' | 'askVaultPass'> {
  readonly output: string;
  readonly limit?: string;
}

export async function recordCommand(flags: RecordFlags): Promise<number> {
  const redactor = new Redactor();
  const events = await look(flags, redactor);
  if (!events) return 1;
  for (const text of new Set(failures(events, true).map((failed) => `${failed.host}: ${failureText(failed)}`)))
    process.stderr.write(`warning: ${redactor.text(text)}\n`);
  const { scenario, objects, hosts } = recordingOf(events, new Date().toISOString());
  await mkdir(flags.output, { recursive: true });
  const manifests = objects.map((object) => stringify(redactor.json(object))).join('---\n');
  await writeFile(join(flags.output, 'objects.yml'), manifests);
  await writeFile(join(flags.output, 'scenario.yml'), stringify(redactor.json(scenario)));
  process.stdout.write(`recorded the disks of ${hosts} hosts and ${objects.length} objects in ${flags.output}\n`);
  process.stdout.write(
    `next: pb rehearse PLAYBOOK ${flags.inventory.map((one) => `-i ${one} `).join('')}--scenario ${join(flags.output, 'scenario.yml')}\n`,
  );
  return hosts === 0 && objects.length === 0 ? 2 : 0;
}

/** A run in check mode, which holds no writer. Undefined after telling what is wrong with the inventory. */
async function look(flags: RecordFlags, redactor: Redactor): Promise<readonly RunEvent[] | undefined> {
  const onSecret = (value: string): void => redactor.add(value);
  const language = languageWith(onSecret);
  const folder = await mkdtemp(join(tmpdir(), 'pb-record-'));
  const playbook = join(folder, 'record.yml');
  await writeFile(playbook, JSON.stringify(recordingPlaybook(flags.limit ?? 'all')));
  const loading = { engine: language.engine, vault: await vaultPasswords(flags, onSecret), redactor };
  try {
    const { plan, diagnostics } = await loadPlan([playbook], { ...NO_FLAGS, inventory: flags.inventory }, loading);
    const readLine = lineReader();
    for (const one of diagnostics) process.stderr.write(`${redactor.text(renderDiagnostic(one, readLine))}\n`);
    if (!plan || diagnostics.some(({ severity }) => severity === 'error')) return undefined;
    const events: RunEvent[] = [];
    const interrupt = onInterrupt((text) => process.stderr.write(`\n${text}\n`));
    const { ports, close } = await portsFor({
      ...{ language, redactor, interrupt, home: homedir(), clock: realClock, emit: (event) => void events.push(event) },
    });
    try {
      const facts = { check: true, diff: false, verbosity: 0, forks: NO_FLAGS.forks, version: '', tags: ['all'], skipTags: [] };
      await run({ plan, mode: { is: 'check' }, ports, facts, playbooks: [playbook] });
    } finally {
      await close();
      interrupt.release();
    }
    return events;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
