/** Expansion of words: parameters, command substitution, arithmetic, tilde, splitting and file names. */
import { arithmetic, numberOf } from './arithmetic.ts';
import { Fields } from './fields.ts';
import type { ParameterPart, ScriptNode, WordNode, WordPart } from './parse.ts';
import { removed } from './pattern.ts';
import { ExitShell, type Shell } from './state.ts';

/** Runs a script in a subshell and gives what it wrote; handed in, as running needs expansion. */
export type Substitute = (shell: Shell, script: ScriptNode) => Promise<string>;

export interface Expander {
  /** A command's words as its arguments. */
  fields(words: readonly WordNode[]): Promise<string[]>;
  /** One word as one text: assignments, redirections, `case`. */
  text(word: WordNode): Promise<string>;
  /** One word as a pattern, quoted parts escaped. */
  pattern(word: WordNode): Promise<string>;
}

export function expander(shell: Shell, substitute: Substitute): Expander {
  const text = async (word: WordNode): Promise<string> => {
    const into = new Fields('');
    await parts(word.parts, into, false);
    return into.text;
  };
  const pattern = async (word: WordNode): Promise<string> => {
    const into = new Fields('');
    await parts(word.parts, into, false);
    return into.pattern;
  };

  async function parts(list: readonly WordPart[], into: Fields, quoted: boolean): Promise<void> {
    for (const part of list) {
      const waiting = one(part, into, quoted);
      if (waiting) await waiting;
    }
  }

  /** Most parts are at hand: a promise for each would be most of a shell's work. */
  function one(part: WordPart, into: Fields, quoted: boolean): Promise<void> | void {
    const put = (value: string): void => (quoted ? into.quoted(value) : into.split(value));
    switch (part.type) {
      case 'Literal':
        return quoted ? into.quoted(part.value) : into.literal(part.value);
      case 'Glob':
        return quoted ? into.quoted(part.pattern) : into.literal(part.pattern);
      case 'SingleQuoted':
      case 'Escaped':
        return into.quoted(part.value);
      case 'DoubleQuoted':
        // "$@" without arguments is nothing at all, while "" is an empty word.
        if (!(part.parts.length === 1 && part.parts[0]?.type === 'ParameterExpansion' && part.parts[0].parameter === '@')) into.quoted('');
        return parts(part.parts, into, true);
      case 'TildeExpansion':
        return into.quoted(home(part.user));
      case 'CommandSubstitution':
        return substitute(shell, part.body).then(put);
      case 'ArithmeticExpansion':
        return arithmetic(shell, part.expression, text).then((number) => put(String(number)));
      case 'ParameterExpansion': {
        const value = part.operation === null ? parameterValue(part.parameter) : undefined;
        return value === undefined || '@*'.includes(part.parameter) ? parameter(part, into, quoted) : put(value);
      }
      case 'BraceExpansion':
        return into.literal(
          `{${part.items.map((item) => (item.type === 'Word' ? item.word.parts.map((inner) => ('value' in inner ? inner.value : '')).join('') : `${item.start}..${item.end}`)).join(',')}}`,
        );
      case 'ProcessSubstitution':
        return shell.complain("syntax error near unexpected token `('").then(() => {
          throw new ExitShell(2);
        });
    }
  }

  const home = (user: string | null): string => {
    if (user === null) return shell.get('HOME') ?? '~';
    return shell.machine.world.users.find(({ name }) => name === user)?.home ?? `~${user}`;
  };

  const parameterValue = (name: string): string | undefined => {
    if (/^\d+$/.test(name)) return name === '0' ? shell.name : shell.positional[Number(name) - 1];
    switch (name) {
      case '?':
        return String(shell.status);
      case '#':
        return String(shell.positional.length);
      case '$':
        return String(shell.pid);
      case '!':
        return shell.background ? String(shell.background.pid) : undefined;
      case '-':
        return [...shell.options].filter((option) => option.length === 1).join('');
      case '@':
      case '*':
        return shell.positional.length === 0
          ? undefined
          : shell.positional.join(name === '*' ? (shell.get('IFS') ?? ' ').slice(0, 1) : ' ');
      default:
        return shell.get(name);
    }
  };

  async function parameter(part: ParameterPart, into: Fields, quoted: boolean): Promise<void> {
    const { parameter: name, operation } = part;
    if (operation === null && (name === '@' || (name === '*' && !quoted))) {
      for (const [index, value] of shell.positional.entries()) {
        if (index > 0) into.next();
        if (quoted) into.quoted(value);
        else into.split(value);
      }
      return;
    }
    const value = parameterValue(name);
    const put = (result: string): void => (quoted ? into.quoted(result) : into.split(result));
    if (operation === null || operation.type === 'PatternRemoval' || operation.type === 'Length' || operation.type === 'Substring') {
      if (value === undefined && shell.options.has('u') && !'@*'.includes(name)) {
        await shell.complain(`${name}: unbound variable`);
        throw new ExitShell(1);
      }
    }
    const missing = (checkEmpty: boolean): boolean => value === undefined || (checkEmpty && value === '');
    switch (operation?.type) {
      case undefined:
        return put(value ?? '');
      case 'Length':
        return put(String(name === '@' || name === '*' ? shell.positional.length : (value ?? '').length));
      case 'DefaultValue':
        return missing(operation.checkEmpty) ? parts(operation.word.parts, into, quoted) : put(value ?? '');
      case 'UseAlternative':
        return missing(operation.checkEmpty) ? undefined : parts(operation.word.parts, into, quoted);
      case 'AssignDefault': {
        if (!missing(operation.checkEmpty)) return put(value ?? '');
        const given = await text(operation.word);
        await shell.set(name, given);
        return put(given);
      }
      case 'ErrorIfUnset': {
        if (!missing(operation.checkEmpty)) return put(value ?? '');
        const said = operation.word ? await text(operation.word) : 'parameter null or not set';
        await shell.complain(`${name}: ${said}`);
        throw new ExitShell(1);
      }
      case 'PatternRemoval':
        return put(removed(value ?? '', await pattern(operation.pattern), operation));
      case 'Substring': {
        const from = Number(await arithmetic(shell, operation.offset, text));
        const length = operation.length ? Number(await arithmetic(shell, operation.length, text)) : undefined;
        const all = value ?? '';
        const start = from < 0 ? Math.max(0, all.length + from) : from;
        return put(length === undefined ? all.slice(start) : all.slice(start, length < 0 ? all.length + length : start + length));
      }
      default:
        await shell.complain(`\${${name}…}: bad substitution`);
        throw new ExitShell(1);
    }
  }

  return {
    text,
    pattern,
    async fields(words) {
      const all: string[] = [];
      for (const word of words) {
        const into = new Fields(shell.get('IFS') ?? ' \t\n');
        await parts(word.parts, into, false);
        all.push(...into.finish(shell.options.has('f') ? undefined : shell.machine.sight(shell.process)));
      }
      return all;
    },
  };
}

export { numberOf };
