/** Running syntax trees: lists, pipelines, compound commands, functions. */

import { OpenFile } from '../kernel/open.ts';
import { openPath } from '../kernel/opening.ts';
import { Pipe } from '../kernel/pipe.ts';
import { turnOver } from '../kernel/turn.ts';
import { textOf } from '../world/bytes.ts';
import { arithmetic } from './arithmetic.ts';
import { simple } from './command.ts';
import { type Expander, expander } from './expand.ts';
import {
  type CommandNode,
  type Compound,
  type Pipeline,
  parseScript,
  type ScriptNode,
  type StatementNode,
  SyntaxTrouble,
} from './parse.ts';
import { matches } from './pattern.ts';
import { keep, redirect, restore } from './redirect.ts';
import { ExitShell, LeaveFunction, LeaveLoop, Shell } from './state.ts';

const expanders = new WeakMap<Shell, Expander>();

export function expanderOf(shell: Shell): Expander {
  const known = expanders.get(shell);
  if (known) return known;
  const made = expander(shell, substitute);
  expanders.set(shell, made);
  return made;
}

/** Text as a script in this very shell: `eval`, `.`, traps, `sh -c`. */
export async function runText(shell: Shell, text: string): Promise<number> {
  let tree: ScriptNode;
  try {
    tree = await parseScript(text);
  } catch (error) {
    if (!(error instanceof SyntaxTrouble)) throw error;
    await shell.complain(error.incomplete ? 'syntax error: unexpected end of file' : error.message);
    shell.status = 2;
    throw new ExitShell(2);
  }
  return runList(shell, tree.statements);
}

export async function runList(shell: Shell, list: readonly StatementNode[]): Promise<number> {
  for (const statement of list) {
    shell.process.check();
    await runTraps(shell);
    if (statement.background) await background(shell, statement);
    else shell.status = await andOr(shell, statement);
  }
  await runTraps(shell);
  return shell.status;
}

async function runTraps(shell: Shell): Promise<void> {
  for (let action = shell.nextTrap(); action !== undefined; action = shell.nextTrap()) {
    const { status } = shell;
    if (action !== '') await runText(shell, action);
    shell.status = status;
  }
}

async function andOr(shell: Shell, { pipelines, operators }: StatementNode): Promise<number> {
  let status = 0;
  for (const [index, pipeline] of pipelines.entries()) {
    const operator = index === 0 ? undefined : operators[index - 1];
    if ((operator === '&&' && status !== 0) || (operator === '||' && status === 0)) continue;
    const last = index === pipelines.length - 1;
    status = await pipelineStatus(shell, pipeline, { checked: last && !pipeline.negated });
    shell.status = status;
  }
  return status;
}

async function pipelineStatus(shell: Shell, pipeline: Pipeline, { checked }: { readonly checked: boolean }): Promise<number> {
  if (!checked) shell.unchecked++;
  let status: number;
  try {
    const [only] = pipeline.commands;
    status = pipeline.commands.length === 1 && only ? await command(shell, only) : await piped(shell, pipeline.commands);
  } finally {
    if (!checked) shell.unchecked--;
  }
  if (pipeline.negated) return status === 0 ? 1 : 0;
  if (status !== 0 && checked) failFast(shell, status);
  return status;
}

/** `set -e`. */
function failFast(shell: Shell, status: number): void {
  if (!shell.options.has('e') || shell.unchecked > 0) return;
  shell.status = status;
  throw new ExitShell(status);
}

async function piped(shell: Shell, commands: readonly CommandNode[]): Promise<number> {
  const running: Promise<number>[] = [];
  let input: OpenFile | undefined;
  for (const [index, one] of commands.entries()) {
    const pipe = index < commands.length - 1 ? new Pipe() : undefined;
    const from = input;
    const to = pipe && new OpenFile(pipe.writer);
    input = pipe && new OpenFile(pipe.reader);
    const child = subshell(shell, (inner) => lastCommand(inner, one), {
      prepare(inner) {
        if (from) inner.process.setFile(0, from);
        if (to) inner.process.setFile(1, to);
      },
    });
    running.push(child.done);
  }
  const ends = await shell.process.until(Promise.all(running));
  if (shell.options.has('pipefail')) return ends.findLast((code) => code !== 0) ?? 0;
  return ends.at(-1) ?? 0;
}

/** A copy of the shell in a process of its own. */
export function subshell(
  shell: Shell,
  body: (inner: Shell) => Promise<number>,
  more: { readonly prepare?: (inner: Shell) => void } = {},
): { readonly shell: Shell; readonly done: Promise<number> } {
  const process = shell.machine.fork(shell.process);
  const inner = new Shell(shell.machine, process, { name: shell.name, positional: shell.positional, parent: shell });
  more.prepare?.(inner);
  const done = shell.machine.run(process, () => toTheEnd(inner, () => body(inner))).then(({ code }) => code);
  return { shell: inner, done };
}

/** Runs a shell until it ends, with its EXIT trap; what leaves a command ends here. */
export async function toTheEnd(shell: Shell, body: () => Promise<number>): Promise<number> {
  let code = await ending(shell, body);
  const last = shell.traps.get('EXIT');
  if (last) {
    shell.traps.delete('EXIT');
    shell.status = code;
    code = await ending(shell, async () => {
      await runText(shell, last);
      return code;
    });
  }
  return code;
}

async function ending(shell: Shell, body: () => Promise<number>): Promise<number> {
  try {
    return await body();
  } catch (error) {
    if (error instanceof ExitShell || error instanceof LeaveFunction) return error.code;
    if (error instanceof LeaveLoop) return shell.status;
    throw error;
  }
}

async function background(shell: Shell, statement: StatementNode): Promise<void> {
  const nothing = openPath(shell.machine, shell.process, '/dev/null', 'read');
  const { shell: inner } = subshell(shell, (child) => onlyList(child, [{ ...statement, background: false }]), {
    prepare: ({ process }) => process.setFile(0, nothing),
  });
  shell.background = inner.process;
  shell.jobs.add(inner.process);
  shell.status = 0;
}

async function substitute(shell: Shell, script: ScriptNode): Promise<string> {
  const pipe = new Pipe();
  const reader = new OpenFile(pipe.reader);
  const { done } = subshell(shell, (inner) => onlyList(inner, script.statements), {
    prepare: ({ process }) => process.setFile(1, new OpenFile(pipe.writer)),
  });
  const bytes = await shell.process.until(reader.readAll());
  shell.substituted = await shell.process.until(done);
  shell.status = shell.substituted;
  // NUL cannot be in a variable; newlines at the end are dropped.
  return textOf(bytes).replaceAll('\0', '').replace(/\n+$/, '');
}

/** What a process ends with. */
function lastCommand(shell: Shell, node: CommandNode): Promise<number> {
  shell.last = true;
  return command(shell, node);
}

/** A whole script or list that is all a process does. */
export function onlyList(shell: Shell, list: readonly StatementNode[]): Promise<number> {
  const [statement, ...more] = list;
  const [pipeline, ...others] = statement?.pipelines ?? [];
  const [node, ...piped] = pipeline?.commands ?? [];
  const alone = more.length + others.length + piped.length === 0 && !pipeline?.negated && !statement?.background;
  return node && alone ? lastCommand(shell, node) : runList(shell, list);
}

export async function command(shell: Shell, node: CommandNode): Promise<number> {
  const over = turnOver();
  if (over) await over;
  shell.process.check();
  const { last } = shell;
  if (node.type !== 'SimpleCommand') shell.last = false;
  if (node.line !== undefined) shell.line = node.line;
  if (node.type === 'SimpleCommand') return simple(shell, node);
  if (node.type === 'FunctionDef') {
    shell.functions.set(
      node.name,
      node.redirections.length > 0 ? { ...node.body, redirections: [...node.body.redirections, ...node.redirections] } : node.body,
    );
    return 0;
  }
  const expand = expanderOf(shell);
  const saved = node.redirections.length === 0 ? [] : await redirect(shell, node.redirections, expand);
  if (!saved) return 1;
  if (last) {
    keep(saved);
    return compound(shell, node, expand);
  }
  try {
    return await compound(shell, node, expand);
  } finally {
    restore(shell, saved);
  }
}

async function compound(shell: Shell, node: Compound, expand: Expander): Promise<number> {
  switch (node.type) {
    case 'Group':
      return runList(shell, node.body);
    case 'Subshell': {
      const { done } = subshell(shell, (inner) => onlyList(inner, node.body));
      return shell.process.until(done);
    }
    case 'If':
      for (const { condition, body } of node.clauses) if ((await asked(shell, condition)) === 0) return runList(shell, body);
      if (node.elseBody) return runList(shell, node.elseBody);
      return 0;
    case 'While':
    case 'Until': {
      let status = 0;
      await loop(shell, async (round) => {
        if (((await asked(shell, node.condition)) === 0) !== (node.type === 'While')) return false;
        return round(async () => {
          status = await runList(shell, node.body);
        });
      });
      return status;
    }
    case 'For': {
      const words = node.words === null ? shell.positional : await expand.fields(node.words);
      const queue = [...words];
      let status = 0;
      await loop(shell, async (round) => {
        const word = queue.shift();
        if (word === undefined) return false;
        await shell.set(node.variable, word);
        return round(async () => {
          status = await runList(shell, node.body);
        });
      });
      return status;
    }
    case 'Case': {
      const text = await expand.text(node.word);
      for (const { patterns, body } of node.items) {
        for (const pattern of patterns) {
          if (matches(text, await expand.pattern(pattern))) {
            shell.status = 0;
            return body.length === 0 ? 0 : runList(shell, body);
          }
        }
      }
      return 0;
    }
    case 'ArithmeticCommand':
      return (await arithmetic(shell, node.expression, expand.text)) === 0n ? 1 : 0;
    default:
      await shell.complain('syntax error: not a command of this shell');
      return 2;
  }
}

async function asked(shell: Shell, condition: readonly StatementNode[]): Promise<number> {
  shell.unchecked++;
  try {
    return await runList(shell, condition);
  } finally {
    shell.unchecked--;
  }
}

type Round = (body: () => Promise<void>) => Promise<boolean>;

/** Goes round while `step` gives true; `break` and `continue` end where they should. */
async function loop(shell: Shell, step: (round: Round) => Promise<boolean>): Promise<void> {
  const round: Round = async (body) => {
    try {
      await body();
      return true;
    } catch (error) {
      if (!(error instanceof LeaveLoop)) throw error;
      if (error.levels > 1) throw new LeaveLoop(error.how, error.levels - 1);
      return error.how === 'continue';
    }
  };
  shell.loops++;
  try {
    while (await step(round)) shell.process.check();
  } finally {
    shell.loops--;
  }
}
