/** test and [. */
import { maybe } from '../world/errno.ts';
import { find, may, type Sight } from '../world/files.ts';
import { dataOf, type Node } from '../world/tree.ts';

/** The expression itself is wrong. The shell's builtin and the program have words of their own for it. */
export class TestTrouble extends Error {
  readonly program: string;
  constructor(shell: string, program: string) {
    super(shell);
    this.program = program;
  }
}

const UNARY = new Set([
  '-b',
  '-c',
  '-d',
  '-e',
  '-f',
  '-g',
  '-h',
  '-k',
  '-L',
  '-n',
  '-p',
  '-r',
  '-s',
  '-S',
  '-t',
  '-u',
  '-w',
  '-x',
  '-z',
  '-O',
  '-G',
]);
const BINARY = new Set(['=', '==', '!=', '<', '>', '-eq', '-ne', '-lt', '-le', '-gt', '-ge', '-nt', '-ot', '-ef']);

export function testHolds(args: readonly string[], sight: Sight): boolean {
  const [first = '', second = '', third = ''] = args;
  switch (args.length) {
    case 0:
      return false;
    case 1:
      return first !== '';
    case 2:
      if (first === '!') return second === '';
      if (UNARY.has(first)) return unary(first, second, sight);
      throw new TestTrouble(`${first}: unary operator expected`, `'${first}': unary operator expected`);
    case 3:
      if (BINARY.has(second)) return binary(first, second, third, sight);
      if (first === '!') return !testHolds(args.slice(1), sight);
      if (first === '(' && third === ')') return second !== '';
      break;
    case 4:
      if (first === '!') return !testHolds(args.slice(1), sight);
  }
  return new Expression(args, sight).whole();
}

class Expression {
  readonly #words: readonly string[];
  readonly #sight: Sight;
  #at = 0;
  constructor(words: readonly string[], sight: Sight) {
    this.#words = words;
    this.#sight = sight;
  }

  whole(): boolean {
    const value = this.#or();
    if (this.#at < this.#words.length) throw new TestTrouble('too many arguments', `extra argument '${this.#words[this.#at]}'`);
    return value;
  }
  #or(): boolean {
    let value = this.#and();
    while (this.#words[this.#at] === '-o') {
      this.#at++;
      value = this.#and() || value;
    }
    return value;
  }
  #and(): boolean {
    let value = this.#not();
    while (this.#words[this.#at] === '-a') {
      this.#at++;
      value = this.#not() && value;
    }
    return value;
  }
  #not(): boolean {
    if (this.#words[this.#at] !== '!') return this.#primary();
    this.#at++;
    return !this.#not();
  }
  #primary(): boolean {
    const [word, next, after] = this.#words.slice(this.#at, this.#at + 3);
    if (word === undefined) throw new TestTrouble('argument expected', `missing argument after '${this.#words.at(-1)}'`);
    if (word === '(') {
      this.#at++;
      const value = this.#or();
      if (this.#words[this.#at++] !== ')') throw new TestTrouble("`)' expected", "')' expected");
      return value;
    }
    if (next !== undefined && after !== undefined && BINARY.has(next)) {
      this.#at += 3;
      return binary(word, next, after, this.#sight);
    }
    if (UNARY.has(word) && next !== undefined) {
      this.#at += 2;
      return unary(word, next, this.#sight);
    }
    this.#at++;
    return word !== '';
  }
}

const KINDS: { readonly [operator: string]: Node['kind'] } = { '-b': 'block', '-c': 'char', '-d': 'dir', '-f': 'file', '-p': 'fifo' };

function unary(operator: string, operand: string, sight: Sight): boolean {
  if (operator === '-n') return operand !== '';
  if (operator === '-z') return operand === '';
  if (operator === '-t') return false;
  const isLink = operator === '-L' || operator === '-h';
  const node = maybe(() => find(sight, operand, !isLink))?.node;
  if (!node) return false;
  const kind = KINDS[operator];
  if (kind) return node.kind === kind;
  switch (operator) {
    case '-L':
    case '-h':
      return node.kind === 'link';
    case '-S':
      return false;
    case '-r':
      return may(sight.who, node, 4);
    case '-w':
      return may(sight.who, node, 2);
    case '-x':
      return may(sight.who, node, 1);
    case '-s':
      return node.kind === 'file' ? dataOf(node).length > 0 : node.kind === 'dir';
    case '-u':
      return (node.mode & 0o4000) !== 0;
    case '-g':
      return (node.mode & 0o2000) !== 0;
    case '-k':
      return (node.mode & 0o1000) !== 0;
    case '-O':
      return node.uid === sight.who.uid;
    case '-G':
      return node.gid === sight.who.gid;
    default:
      return true;
  }
}

function binary(left: string, operator: string, right: string, sight: Sight): boolean {
  if (operator === '=' || operator === '==') return left === right;
  if (operator === '!=') return left !== right;
  if (operator === '<') return left < right;
  if (operator === '>') return left > right;
  if (operator === '-nt' || operator === '-ot' || operator === '-ef') {
    const [a, b] = [left, right].map((path) => maybe(() => find(sight, path)));
    if (operator === '-ef') return a !== undefined && b !== undefined && a.path === b.path;
    const [first, second] = operator === '-nt' ? [a, b] : [b, a];
    return first !== undefined && (second === undefined || first.node.mtime > second.node.mtime);
  }
  const [a, b] = [whole(left), whole(right)];
  switch (operator) {
    case '-eq':
      return a === b;
    case '-ne':
      return a !== b;
    case '-lt':
      return a < b;
    case '-le':
      return a <= b;
    case '-gt':
      return a > b;
    default:
      return a >= b;
  }
}

function whole(text: string): bigint {
  if (!/^\s*[-+]?\d+\s*$/.test(text)) throw new TestTrouble(`${text}: integer expression expected`, `invalid integer '${text}'`);
  return BigInt(text.trim().replace(/^\+/, ''));
}
