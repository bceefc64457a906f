/** What command and shell have in common: when they run, and what their output is to the user. */
import type { Change, Resource, Step } from '../../core/change.ts';
import type { Decision, HostReader } from '../../core/module.ts';
import type { Output } from '../../core/probe.ts';
import { glob } from '../../probes/glob.ts';
import { stat } from '../../probes/stat.ts';
import { absent, change, failed, flag, json, ok, optional, text } from '../define.ts';
import { expanded } from '../files/path.ts';
import { moment, span } from './times.ts';

export const runArgs = {
  chdir: optional(text('Directory to run in')),
  creates: optional(text('Path or shell pattern: when it exists, the command does not run')),
  removes: optional(text('Path or shell pattern: when it does not exist, the command does not run')),
  stdin: optional(json<string | number | boolean>('Text for standard input', { type: ['string', 'number', 'boolean'] })),
  stdin_add_newline: flag('End `stdin` with a newline', true),
  strip_empty_ends: flag('Strip empty lines from the end of stdout and stderr', true),
};

export type Conditions = { readonly chdir?: string; readonly creates?: string; readonly removes?: string };

export type RunState = {
  /** First match; null where there is none or none was asked for. */
  readonly creates: string | null;
  readonly removes: string | null;
  /** With `~` worked out; null where none was asked for. */
  readonly chdir: { readonly path: string; readonly is: 'directory' | 'missing' | 'other' } | null;
};

export type RunOutput = {
  readonly cmd: string | readonly string[];
  readonly rc: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly stdout_lines: readonly string[];
  readonly stderr_lines: readonly string[];
  readonly msg?: string;
  readonly start?: string | null;
  readonly end?: string | null;
  readonly delta?: string | null;
  readonly changed?: boolean;
};

export async function readConditions(asked: Conditions, io: HostReader): Promise<RunState> {
  const chdir = asked.chdir === undefined ? undefined : await expanded(asked.chdir, io);
  const match = async (pattern: string | undefined): Promise<string | null> =>
    pattern === undefined ? null : io.ask(glob, { pattern: await expanded(pattern, io), ...(chdir ? { chdir } : {}) });
  const [creates, removes, directory] = await Promise.all([
    match(asked.creates),
    match(asked.removes),
    chdir === undefined ? undefined : io.ask(stat, { path: chdir, follow: true }),
  ]);
  const is = directory === null ? 'missing' : directory?.kind === 'directory' ? 'directory' : 'other';
  return { creates, removes, chdir: chdir === undefined ? null : { path: chdir, is } };
}

/** Whether it runs depends on these. */
export const lookedAt = ({ creates, removes }: Conditions): readonly Resource[] =>
  [creates, removes].flatMap((path) => (path?.startsWith('/') ? [`path/${path}`] : []));

export interface Run {
  readonly cmd: string | readonly string[];
  readonly argv: readonly [string, ...string[]];
  readonly stdin?: string;
}

/** What a call comes to once its ways of writing are read. */
export type Called = { readonly run: Run; readonly when: Conditions } | { readonly problem: string };

/** The parts of a module whose call is one run. */
export const oneRun = <A>(called: (given: A) => Called) => ({
  reads(given: A): readonly Resource[] {
    const call = called(given);
    return 'problem' in call ? [] : lookedAt(call.when);
  },
  async read(given: A, io: HostReader): Promise<RunState> {
    const call = called(given);
    return readConditions('problem' in call ? {} : call.when, io);
  },
  decide(given: A, state: RunState): Decision<RunOutput> {
    const call = called(given);
    return 'problem' in call ? failed(call.problem, { code: 'args' }) : decideRun(call.run, call.when, state);
  },
});

export function decideRun(run: Run, asked: Conditions, state: RunState): Decision<RunOutput> {
  if (state.creates !== null) return skipped(run, `'${asked.creates}' exists`);
  if (asked.removes !== undefined && state.removes === null) return skipped(run, `'${asked.removes}' does not exist`);
  const what = running(run, asked, state.chdir?.path);
  if (state.chdir?.is === 'missing') {
    return absent(`path/${state.chdir.path}`, `chdir: ${state.chdir.path} does not exist`, what);
  }
  if (state.chdir?.is === 'other') return failed(`chdir: ${state.chdir.path} is not a directory`);
  return change(what);
}

function running(run: Run, asked: Conditions, chdir: string | undefined): Change {
  const shown = typeof run.cmd === 'string' ? run.cmd : run.cmd.join(' ');
  const step: Step = {
    do: 'exec',
    argv: run.argv,
    ...(run.stdin === undefined ? {} : { stdin: run.stdin }),
    ...(chdir === undefined ? {} : { chdir }),
  };
  return {
    op: 'run',
    summary: `run ${oneLine(shown)}${chdir === undefined ? '' : ` in ${chdir}`}`,
    before: null,
    after: { cmd: run.cmd },
    steps: [step],
    ...(asked.creates !== undefined || asked.removes !== undefined ? { certain: true } : {}),
    ...(asked.creates?.startsWith('/') ? { provides: [`path/${asked.creates}`] } : {}),
  };
}

const oneLine = (text: string): string => {
  const [first = '', ...more] = text.trim().split('\n');
  return more.length === 0 ? first : `${first} … (${more.length + 1} lines)`;
};

const skipped = (run: Run, why: string): Decision<RunOutput> => {
  const stdout = `skipped, since ${why.replaceAll("'", '')}`;
  const output = { cmd: run.cmd, rc: 0, stdout, stderr: '', stdout_lines: [stdout], stderr_lines: [] };
  return ok({ ...output, msg: `Did not run command since ${why}`, start: null, end: null, delta: null });
};

export function runOutput(cmd: string | readonly string[], output: Output | undefined, strip: boolean): RunOutput {
  const clean = (text: string): string => (strip ? text.replace(/[\r\n]+$/, '') : text);
  const stdout = clean(output?.stdout ?? '');
  const stderr = clean(output?.stderr ?? '');
  const rc = output?.code ?? 0;
  const msg = rc === 0 ? '' : 'non-zero return code';
  return { cmd, rc, stdout, stderr, stdout_lines: lines(stdout), stderr_lines: lines(stderr), msg, ...timesOf(output) };
}

/** start, end and delta, as Python writes them: "2026-11-21 09:38:50.453181", "0:00:01.500000". */
function timesOf(output: Output | undefined): { readonly start?: string; readonly end?: string; readonly delta?: string } {
  const { began, ended } = output ?? {};
  return began === undefined || ended === undefined ? {} : { start: moment(began), end: moment(ended), delta: span(ended - began) };
}

/** As Python's splitlines: no line after the last line end. */
const lines = (text: string): readonly string[] => {
  const parts = text.split(/\r\n|\n|\r/);
  return parts.at(-1) === '' ? parts.slice(0, -1) : parts;
};

export const stdinOf = (asked: { readonly stdin?: string | number | boolean; readonly stdin_add_newline: boolean }): { stdin?: string } =>
  asked.stdin === undefined ? {} : { stdin: `${asked.stdin}${asked.stdin_add_newline ? '\n' : ''}` };
