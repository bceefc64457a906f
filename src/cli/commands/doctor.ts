/** `pb doctor PLAYBOOK`: whether cluster and hosts let a playbook do what it is going to do. It only asks. */
import { homedir } from 'node:os';
import type { RunEvent } from '../../core/event.ts';
import { Redactor } from '../../core/secret.ts';
import { run } from '../../engine/run.ts';
import { renderDiagnostic } from '../../report/diagnostic.ts';
import { type Style, styleFor } from '../../report/style.ts';
import { realClock } from '../clock.ts';
import { type Row, rowsOf } from '../doctor/findings.ts';
import { askingPlan } from '../doctor/plan.ts';
import { onInterrupt } from '../interrupt.ts';
import { languageWith } from '../language.ts';
import { loadPlan } from '../load.ts';
import { NO_FLAGS, type RunFlags } from '../options.ts';
import { portsFor } from '../ports.ts';
import { reachDefaults } from '../reach-defaults.ts';
import { lineReader } from '../read-line.ts';
import { vaultPasswords } from '../vault-passwords.ts';

export interface DoctorFlags
  extends Pick<RunFlags, 'inventory' | 'limit' | 'extraVars' | 'tags' | 'skipTags' | 'vaultId' | 'vaultPasswordFile' | 'askVaultPass'> {
  readonly output: 'text' | 'json';
}

/** Exit code: 0 nothing is missing, 1 loading failed, 2 something is missing. */
export async function doctorCommand(playbooks: readonly string[], given: DoctorFlags, version: string): Promise<number> {
  const flags: RunFlags = { ...NO_FLAGS, ...given, output: 'auto' };
  const redactor = new Redactor();
  const onSecret = (value: string): void => redactor.add(value);
  const language = languageWith(onSecret);
  const vault = await vaultPasswords(flags, onSecret);
  const { plan, diagnostics } = await loadPlan(playbooks, flags, { engine: language.engine, vault, redactor });
  const readLine = lineReader();
  for (const one of diagnostics) process.stderr.write(`${redactor.text(renderDiagnostic(one, readLine))}\n`);
  if (!plan || diagnostics.some(({ severity }) => severity === 'error')) return 1;
  const asking = askingPlan(plan);
  const events: RunEvent[] = [];
  const interrupt = onInterrupt((text) => process.stderr.write(`${text}\n`));
  const made = await portsFor({
    ...{ language, vault, plan: asking.plan, redactor, interrupt, home: homedir(), clock: realClock },
    emit: (event) => void events.push(event),
  });
  try {
    const facts = { check: true, diff: false, verbosity: 0, forks: flags.forks, version, tags: ['all'], skipTags: [] };
    const defaults = await reachDefaults(flags, onSecret);
    await run({ plan: asking.plan, mode: { is: 'check' }, ports: made.ports, facts, playbooks, reachDefaults: defaults });
  } finally {
    await made.close();
    interrupt.release();
  }
  const rows = [
    ...rowsOf(events),
    ...asking.left.map(
      ({ at }): Row => ({
        mark: 'unknown',
        where: '-',
        what: `tasks included at ${at.file}:${at.line} are loaded in a run only`,
        remedy: [],
      }),
    ),
  ];
  const missing = rows.filter(({ mark }) => mark === 'MISSING').length;
  const text =
    given.output === 'json'
      ? `${JSON.stringify({ missing, rows }, null, 2)}\n`
      : table(rows, playbooks, styleFor(process.stdout, process.env));
  process.stdout.write(redactor.text(text));
  return missing > 0 ? 2 : 0;
}

function table(rows: readonly Row[], playbooks: readonly string[], style: Style): string {
  const width = Math.max(...rows.map(({ where }) => where.length), 0);
  const paint = { ok: style.green, MISSING: style.red, unknown: style.yellow };
  const lines = rows.flatMap(({ mark, where, what, remedy }) => [
    `${paint[mark](mark.padEnd(7))}  ${where.padEnd(width)}  ${what}`,
    ...remedy.map((line) => `${' '.repeat(7 + 2 + width + 2)}${line}`),
  ]);
  const count = (mark: Row['mark']): number => rows.filter((row) => row.mark === mark).length;
  const [missing, unknown] = [count('MISSING'), count('unknown')];
  const verdict = missing === 0 ? style.green('nothing is missing') : style.red(`${missing} missing`);
  const rest = unknown === 0 ? '' : `; ${unknown} could not be asked before a run`;
  return [style.bold(`DOCTOR on ${playbooks.join(', ')}`), '', ...lines, '', `VERDICT: ${verdict}${rest}`, ''].join('\n');
}
