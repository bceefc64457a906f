/** A simple command: assignments, redirections, and then a builtin, a function or a program. */
import { Errno } from '../world/errno.ts';
import { BUILTINS, SPECIAL } from './builtins.ts';
import type { Expander } from './expand.ts';
import { launch, replace } from './launch.ts';
import type { Compound, SimpleCommandNode } from './parse.ts';
import { keep, redirect, restore } from './redirect.ts';
import { expanderOf, command as runCommand } from './run.ts';
import { ExitShell, LeaveFunction, type Shell, type Variable } from './state.ts';

export async function simple(shell: Shell, node: SimpleCommandNode): Promise<number> {
  const expand = expanderOf(shell);
  const { last } = shell;
  shell.last = false;
  shell.substituted = 0;
  const words = await expand.fields(node.name === null ? node.args : [node.name, ...node.args]);
  const [name, ...args] = words;
  if (name === undefined) return assignOnly(shell, node, expand);
  const permanent = name === 'exec' && args.length === 0;
  const saved = node.redirections.length === 0 ? [] : await redirect(shell, node.redirections, expand);
  if (!saved) {
    if (SPECIAL.has(name)) throw new ExitShell(1);
    return 1;
  }
  if (permanent) {
    keep(saved);
    return 0;
  }
  if (last) keep(saved);
  try {
    return await withAssignments(shell, node, expand, () => dispatch(shell, name, args, last));
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    await shell.complain(`${name}: write error: ${error.message}`);
    return 1;
  } finally {
    if (!last) restore(shell, saved);
  }
}

async function assignOnly(shell: Shell, node: SimpleCommandNode, expand: Expander): Promise<number> {
  for (const { name, value, append } of node.assignments) {
    const text = value ? await expand.text(value) : '';
    await shell.set(name, append ? `${shell.get(name) ?? ''}${text}` : text);
  }
  const { substituted } = shell;
  const saved = await redirect(shell, node.redirections, expand);
  if (!saved) return 1;
  restore(shell, saved);
  return substituted;
}

/** `A=b command`: seen by this command alone. */
async function withAssignments(shell: Shell, node: SimpleCommandNode, expand: Expander, act: () => Promise<number>): Promise<number> {
  const before: [string, Variable | undefined][] = [];
  for (const { name, value } of node.assignments) {
    const text = value ? await expand.text(value) : '';
    before.push([name, shell.variables.get(name)]);
    shell.variables.set(name, { value: text, exported: true });
  }
  try {
    return await act();
  } finally {
    for (const [name, old] of before.reverse()) {
      if (old) shell.variables.set(name, old);
      else shell.variables.delete(name);
    }
  }
}

async function dispatch(shell: Shell, name: string, args: readonly string[], last: boolean): Promise<number> {
  if (shell.options.has('x')) await shell.process.write(2, Buffer.from(`+ ${[name, ...args].join(' ')}\n`, 'latin1'));
  const special = SPECIAL.get(name);
  if (special) return special(shell, args);
  const body = shell.functions.get(name);
  if (body) return callFunction(shell, body, args);
  if (last && !BUILTINS.has(name) && !shell.traps.has('EXIT')) return replace(shell, [name, ...args]);
  return builtinOrProgram(shell, name, args);
}

/** Past functions, as `command` does. */
export async function builtinOrProgram(shell: Shell, name: string, args: readonly string[]): Promise<number> {
  const builtin = SPECIAL.get(name) ?? BUILTINS.get(name);
  if (builtin) return builtin(shell, args);
  return launch(shell, [name, ...args]);
}

export async function execCommand(shell: Shell, argv: readonly string[]): Promise<never> {
  throw new ExitShell(await replace(shell, argv));
}

async function callFunction(shell: Shell, body: Compound, args: readonly string[]): Promise<number> {
  const outer = shell.positional;
  const covered = new Map<string, Variable | undefined>();
  shell.positional = args;
  shell.locals.push(covered);
  shell.calls++;
  try {
    return await runCommand(shell, body);
  } catch (error) {
    if (!(error instanceof LeaveFunction)) throw error;
    return error.code;
  } finally {
    shell.positional = outer;
    shell.locals.pop();
    shell.calls--;
    for (const [name, old] of covered) {
      if (old) shell.variables.set(name, old);
      else shell.variables.delete(name);
    }
  }
}
