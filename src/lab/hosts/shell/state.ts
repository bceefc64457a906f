/** A shell while it runs: variables, options, traps; and how control leaves a command. */
import type { Machine } from '../kernel/machine.ts';
import type { Process } from '../kernel/process.ts';
import type { Signal } from '../kernel/signals.ts';
import { bytesOf } from '../world/bytes.ts';
import type { Compound } from './parse.ts';

export interface Variable {
  readonly value: string | undefined;
  readonly exported: boolean;
  readonly readonly?: boolean;
}

// How control leaves a command: thrown, but no errors, so that no stack is ever collected for them.

/** `exit N`, and what ends a shell in other ways. */
export class ExitShell {
  readonly code: number;
  constructor(code: number) {
    this.code = code;
  }
}
export class LeaveFunction {
  readonly code: number;
  constructor(code: number) {
    this.code = code;
  }
}
export class LeaveLoop {
  readonly how: 'break' | 'continue';
  readonly levels: number;
  constructor(how: 'break' | 'continue', levels: number) {
    this.how = how;
    this.levels = levels;
  }
}

export type Option = 'e' | 'u' | 'x' | 'f' | 'C' | 'a' | 'n' | 'v' | 'h' | 'B' | 'pipefail';

export class Shell {
  readonly machine: Machine;
  readonly process: Process;
  readonly variables: Map<string, Variable>;
  readonly functions: Map<string, Compound>;
  readonly options: Set<Option>;
  readonly traps: Map<Signal | 'EXIT', string>;
  /** Values that `local` has covered, innermost function last. */
  readonly locals: Map<string, Variable | undefined>[] = [];
  positional: readonly string[];
  name: string;
  /** $$: of the shell itself, also in its subshells. */
  readonly pid: number;
  status = 0;
  /** Of the last command substitution of an assignment. */
  substituted = 0;
  background: Process | undefined;
  readonly jobs = new Set<Process>();
  /** Above 0 where `set -e` does not count: conditions, !, all but the last of && and ||. */
  unchecked = 0;
  loops = 0;
  /** How many functions deep. */
  calls = 0;
  /** Run with -c. */
  fromText = false;
  line = 1;
  /** The next command is the last thing this process does: it needs nothing put back, and a program may take the shell's place. */
  last = false;
  /** Byte position in the current word of getopts. */
  optionAt = 0;
  readonly #pending: (Signal | 'EXIT')[] = [];

  constructor(
    machine: Machine,
    process: Process,
    from: { readonly name: string; readonly positional: readonly string[]; readonly parent?: Shell },
  ) {
    const { parent } = from;
    this.machine = machine;
    this.process = process;
    this.name = from.name;
    this.positional = from.positional;
    this.pid = parent?.pid ?? process.pid;
    this.variables = parent
      ? new Map(parent.variables)
      : new Map([...process.env].filter(([name]) => /^[A-Za-z_]\w*$/.test(name)).map(([name, value]) => [name, { value, exported: true }]));
    this.functions = new Map(parent?.functions);
    this.options = new Set(parent?.options ?? ['h', 'B']);
    // A subshell forgets traps; what is ignored stays so.
    this.traps = new Map([...(parent?.traps ?? [])].filter(([, action]) => action === ''));
    this.status = parent?.status ?? 0;
    this.background = parent?.background;
    this.unchecked = parent?.unchecked ?? 0;
    this.line = parent?.line ?? 1;
    this.calls = parent?.calls ?? 0;
    this.fromText = parent?.fromText ?? false;
    process.handler = (signal) => {
      const action = this.traps.get(signal);
      if (action === undefined) return false;
      this.#pending.push(signal);
      return true;
    };
    if (!parent) {
      if (!this.variables.has('IFS')) this.variables.set('IFS', { value: ' \t\n', exported: false });
      else this.variables.set('IFS', { value: ' \t\n', exported: false });
      this.variables.set('PPID', { value: String(process.ppid), exported: false });
      this.variables.set('PWD', { value: process.cwd, exported: true });
      this.variables.set('OPTIND', { value: '1', exported: false });
    }
  }

  get(name: string): string | undefined {
    return this.variables.get(name)?.value;
  }

  /** Throws ExitShell for a read-only variable, after saying so. */
  async set(name: string, value: string): Promise<void> {
    const old = this.variables.get(name);
    if (old?.readonly) {
      await this.complain(`${name}: readonly variable`);
      throw new ExitShell(1);
    }
    this.variables.set(name, { value, exported: old?.exported === true || this.options.has('a') });
  }

  exported(): Map<string, string> {
    const env = new Map<string, string>();
    for (const [name, { value, exported }] of this.variables) if (exported && value !== undefined) env.set(name, value);
    return env;
  }

  async out(text: string): Promise<void> {
    await this.process.write(1, bytesOf(text));
  }

  /** "sh: line 3: x: command not found"; functions that came with -c are of the "environment". */
  async complain(text: string): Promise<void> {
    const where = this.fromText && this.calls > 0 ? 'environment' : this.name;
    await this.process.write(2, bytesOf(`${where}: line ${this.line}: ${text}\n`)).catch(() => this.process.check());
  }

  /** The next trap that a signal has called for. */
  nextTrap(): string | undefined {
    const signal = this.#pending.shift();
    return signal === undefined ? undefined : this.traps.get(signal);
  }
}
