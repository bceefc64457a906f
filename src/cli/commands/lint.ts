/** `pb lint`: everything that can be told of playbooks and inventory without touching a host. */
import type { Diagnostic } from '../../core/diagnostic.ts';
import { Redactor } from '../../core/secret.ts';
import { renderDiagnostic } from '../../report/diagnostic.ts';
import { paintOf } from '../../report/failures.ts';
import { styleFor } from '../../report/style.ts';
import { languageWith } from '../language.ts';
import { type Seen, textsBelow, watched } from '../lint/files.ts';
import { applyFixes, type Finding, guessed, placeKey } from '../lint/finding.ts';
import { handlerRules } from '../lint/handlers.ts';
import { followed } from '../lint/includes.ts';
import { sarif } from '../lint/sarif.ts';
import { actionsOf, neighbours, styleRules } from '../lint/style.ts';
import { foldersOf, variableRules } from '../lint/variables.ts';
import { loadPlan } from '../load.ts';
import { NO_FLAGS, type RunFlags } from '../options.ts';
import { lineReader } from '../read-line.ts';
import { vaultPasswords } from '../vault-passwords.ts';

export interface LintFlags
  extends Pick<RunFlags, 'inventory' | 'vaultId' | 'vaultPasswordFile' | 'askVaultPass' | 'extraVars' | 'allowEmpty'> {
  readonly fix: boolean;
  readonly strict: boolean;
  readonly output: 'text' | 'json' | 'sarif';
}

/** 0: nothing wrong; 2: errors, with --strict warnings too. */
export async function lintCommand(playbooks: readonly string[], flags: LintFlags, version: string): Promise<number> {
  const redactor = new Redactor();
  let findings = await examined(playbooks, flags, redactor);
  if (flags.fix) {
    // one round can bring up what the next one mends: an argument whose name was mistyped may hold a "yes"
    for (let round = 0; round < 3 && findings.some(({ fix }) => fix); round++) {
      const { edits, files } = await applyFixes(findings);
      process.stderr.write(`fixed ${edits} in ${files} file${files === 1 ? '' : 's'}\n`);
      findings = await examined(playbooks, flags, redactor);
    }
  }
  const hidden = findings.map((one) => redactor.json({ ...one }) as Finding);
  if (flags.output === 'text') text(hidden, redactor);
  else {
    const shown = flags.output === 'sarif' ? sarif(hidden, { version, cwd: process.cwd() }) : hidden.map(plain);
    process.stdout.write(`${JSON.stringify(shown, null, 2)}\n`);
  }
  return hidden.some(({ severity }) => severity === 'error' || flags.strict) ? 2 : 0;
}

async function examined(playbooks: readonly string[], flags: LintFlags, redactor: Redactor): Promise<readonly Finding[]> {
  const onSecret = (value: string): void => redactor.add(value);
  const seen: Seen = { sources: new Map(), compiled: [] };
  const engine = watched(languageWith(onSecret).engine, seen);
  const loading = {
    ...{ engine, redactor, vault: await vaultPasswords(flags, onSecret) },
    onSource: (source: Parameters<Seen['sources']['set']>[1]) => void seen.sources.set(source.file, source),
  };
  // without an inventory no pattern can match; tags of "never" tasks count, or their tasks would not be looked at
  const allowEmpty = flags.allowEmpty || flags.inventory.length === 0;
  const { plan, diagnostics } = await loadPlan(
    playbooks,
    { ...NO_FLAGS, ...flags, output: 'auto', allowEmpty, tags: ['all', 'never'] },
    loading,
  );
  const findings: Finding[] = [...diagnostics];
  if (plan) {
    const all = await followed(plan);
    findings.push(...all.diagnostics);
    const broken = findings.some(({ severity }) => severity === 'error');
    const texts = await textsBelow(foldersOf(plan, seen), seen);
    const actions = actionsOf(all.plan);
    findings.push(...[...seen.sources.values()].flatMap((source) => styleRules(source, actions)));
    // what could not be loaded may define and use anything
    if (broken)
      findings.push({
        severity: 'warning',
        code: 'lint-partial',
        summary: 'variables and handlers are looked at once the files load without errors',
      });
    else {
      const blind = all.unknown.length > 0;
      findings.push(
        ...variableRules({ plan: all.plan, seen, texts, blind }),
        ...all.plan.plays.flatMap((play) => handlerRules(play, blind)),
      );
    }
  }
  const keys = new Map<string, ReturnType<typeof neighbours>>();
  const mended = findings.map((one) => {
    const source = one.at && seen.sources.get(one.at.file);
    return guessed(one, source, (at) => {
      const known = (source && (keys.get(at.file) ?? neighbours(source))) ?? new Map();
      keys.set(at.file, known);
      return known.get(placeKey(at)) ?? [];
    });
  });
  return sorted(mended);
}

/** By file and place, each once. */
function sorted(findings: readonly Finding[]): readonly Finding[] {
  const unique = new Map(findings.map((one) => [JSON.stringify([one.code, one.summary, one.at]), one]));
  const key = ({ at }: Diagnostic): readonly [string, number, number] => [at?.file ?? '', at?.line ?? 0, at?.column ?? 0];
  return [...unique.values()].sort((a, b) => {
    const [[fileA, lineA, columnA], [fileB, lineB, columnB]] = [key(a), key(b)];
    return fileA === fileB ? lineA - lineB || columnA - columnB : fileA < fileB ? -1 : 1;
  });
}

function text(findings: readonly Finding[], redactor: Redactor): void {
  const paint = paintOf(styleFor(process.stdout, process.env));
  const readLine = lineReader();
  for (const one of findings) process.stdout.write(`${redactor.text(renderDiagnostic(one, readLine, paint))}\n`);
  const count = (severity: string): number => findings.filter((one) => one.severity === severity).length;
  const fixable = findings.filter(({ fix }) => fix).length;
  const more = fixable > 0 ? `; ${fixable} can be mended with --fix` : '';
  const many = (severity: string): string => `${count(severity)} ${severity}${count(severity) === 1 ? '' : 's'}`;
  process.stdout.write(findings.length === 0 ? 'nothing wrong\n' : `${many('error')}, ${many('warning')}${more}\n`);
}

const plain = ({ severity, code, summary, hint, at, fix }: Finding) => ({
  ...{ severity, code, summary },
  ...(hint === undefined ? {} : { hint }),
  ...(at ?? {}),
  fixable: fix !== undefined,
});
