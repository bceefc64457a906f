/** `pb run` and `pb check`. */
import { homedir } from 'node:os';
import { setFlagsFromString } from 'node:v8';
import type { Mode } from '../../core/engine.ts';
import type { ExitCode } from '../../core/event.ts';
import type { Plan } from '../../core/plan.ts';
import { Redactor } from '../../core/secret.ts';
import { run } from '../../engine/run.ts';
import type { VaultPassword } from '../../project/index.ts';
import { renderDiagnostic } from '../../report/diagnostic.ts';
import { paintOf } from '../../report/failures.ts';
import { reporterFor } from '../../report/index.ts';
import { styleFor } from '../../report/style.ts';
import { realClock } from '../clock.ts';
import { onInterrupt } from '../interrupt.ts';
import { languageWith } from '../language.ts';
import { loadPlan, refreshed } from '../load.ts';
import type { RunFlags } from '../options.ts';
import { portsFor } from '../ports.ts';
import { reachDefaults } from '../reach-defaults.ts';
import { lineReader } from '../read-line.ts';
import { stepByStep } from '../step.ts';
import { vaultPasswords } from '../vault-passwords.ts';

export async function runCommand(playbooks: readonly string[], flags: RunFlags, version: string): Promise<ExitCode> {
  const redactor = new Redactor();
  const onSecret = (value: string): void => redactor.add(value);
  const vault = await vaultPasswords(flags, onSecret);
  const language = languageWith(onSecret, vault);
  const { plan, diagnostics } = await loadPlan(playbooks, flags, { engine: language.engine, vault, redactor });
  const readLine = lineReader();
  const paint = paintOf(styleFor(process.stderr, process.env));
  for (const diagnostic of diagnostics)
    process.stderr.write(`${redactor.text(renderDiagnostic(diagnostic, readLine, paint))}
`);
  if (!plan || diagnostics.some((diagnostic) => diagnostic.severity === 'error')) return 1;
  const listed = await listing(plan, flags, playbooks);
  if (listed !== undefined) {
    process.stdout.write(listed);
    return 0;
  }
  return execute(plan, { playbooks, flags, version, redactor, language, vault, readLine, defaults: await reachDefaults(flags, onSecret) });
}

async function listing(plan: Plan, flags: RunFlags, playbooks: readonly string[]): Promise<string | undefined> {
  if (flags.syntaxCheck && !(flags.listTasks || flags.listTags || flags.listHosts))
    return `${playbooks.map((name) => `\nplaybook: ${name}`).join('\n')}\n`;
  if (!(flags.listTasks || flags.listTags || flags.listHosts)) return undefined;
  const { printPlan } = await import('../../plan/print.ts');
  return printPlan(plan, { hosts: flags.listHosts, tasks: flags.listTasks, tags: flags.listTags, playbooks });
}

/** Hosts from which what is left behind by tasks that are over weighs more than the work of looking for it. */
const MANY_HOSTS = 250;

/** As it comes, V8 lets what is used grow to four times its size before it looks what of it is still needed: three fourths of a thousand hosts' memory. */
function spareMemory({ inventory }: Plan): void {
  if (inventory.hosts.size >= MANY_HOSTS) setFlagsFromString('--heap-growing-percent=25');
}

interface Execution {
  readonly playbooks: readonly string[];
  readonly flags: RunFlags;
  readonly version: string;
  readonly redactor: Redactor;
  readonly language: ReturnType<typeof languageWith>;
  readonly vault: readonly VaultPassword[];
  readonly readLine: ReturnType<typeof lineReader>;
  readonly defaults: Awaited<ReturnType<typeof reachDefaults>>;
}

async function execute(plan: Plan, on: Execution): Promise<ExitCode> {
  const { flags, redactor } = on;
  spareMemory(plan);
  const write = (text: string): void => void process.stdout.write(text);
  const reporter = await reporterFor(flags.output, {
    write,
    style: styleFor(process.stdout, process.env),
    isTerminal: process.stdout.isTTY === true,
    verbosity: flags.verbose,
    diff: flags.diff,
    readLine: (file, line) => {
      const text = on.readLine(file, line);
      return text === undefined ? undefined : redactor.text(text);
    },
  });
  const interrupt = onInterrupt((text) => reporter.on({ type: 'notice', at: realClock.now(), severity: 'warning', text }));
  const { ports, transports, clusters, registries, stores, close } = await portsFor({
    language: on.language,
    vault: on.vault,
    redactor,
    interrupt,
    home: homedir(),
    clock: realClock,
    ...(flags.step ? { confirm: stepByStep() } : {}),
    refresh: () => refreshed(flags, { engine: on.language.engine, vault: on.vault, redactor }),
    emit: (event) => reporter.on(event),
  });
  const apply: Extract<Mode, { is: 'apply' }> = {
    is: 'apply',
    hostWriter: (connection) => transports.hostWriter(connection),
    kubeWriter: (connection) => clusters.kubeWriter(connection),
    registryWriter: (connection) => registries.registryWriter(connection),
    storeWriter: (connection) => stores.storeWriter(connection),
  };
  const mode: Mode = flags.check ? { is: 'check', exempt: apply } : apply;
  try {
    const facts = {
      check: flags.check,
      diff: flags.diff,
      verbosity: flags.verbose,
      forks: flags.forks,
      version: on.version,
      tags: flags.tags.length > 0 ? flags.tags : ['all'],
      skipTags: flags.skipTags,
      ...(flags.limit === undefined ? {} : { limit: flags.limit }),
    };
    return await run({ plan, mode, ports, facts, playbooks: on.playbooks, reachDefaults: on.defaults });
  } finally {
    await reporter.close();
    await close();
    interrupt.release();
  }
}
