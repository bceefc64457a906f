/** $(( )): 64-bit whole numbers. */
import { type Arithmetic, type ArithmeticNode, parseArithmetic, parseQuoted, type WordNode } from './parse.ts';
import { ExitShell, type Shell } from './state.ts';

const wrap = (value: bigint): bigint => BigInt.asIntN(64, value);

/** "010" is octal, "0x1f" hexadecimal; an empty string is 0. Undefined for what is no number. */
export function numberOf(text: string): bigint | undefined {
  const word = text.trim();
  const [, sign = '', digits = ''] = /^([+-]?)(.*)$/.exec(word) ?? [];
  if (word === '') return 0n;
  if (/^0x[0-9a-f]+$/i.test(digits)) return wrap(BigInt(`${digits}`)) * (sign === '-' ? -1n : 1n);
  if (/^0[0-7]*$/.test(digits)) return BigInt(digits === '0' ? 0 : `0o${digits.slice(1) || '0'}`) * (sign === '-' ? -1n : 1n);
  return /^[0-9]+$/.test(digits) ? wrap(BigInt(digits)) * (sign === '-' ? -1n : 1n) : undefined;
}

/** `expand` works out a word as inside double quotes. Throws ExitShell after saying what is wrong. */
export async function arithmetic(shell: Shell, node: ArithmeticNode, expand: (word: WordNode) => Promise<string>): Promise<bigint> {
  let { expression } = node;
  const text = node.originalText ?? '';
  if (/[$`]/.test(text)) {
    const word = await parseQuoted(text);
    const plain = word ? await expand(word) : '';
    const again = await parseArithmetic(plain.trim() === '' ? '0' : plain);
    if (!again) throw await wrong(shell, `${plain}: syntax error in expression`);
    expression = again;
  }
  return evaluate(shell, expression);
}

async function wrong(shell: Shell, text: string): Promise<ExitShell> {
  await shell.complain(text);
  return new ExitShell(1);
}

async function evaluate(shell: Shell, node: Arithmetic): Promise<bigint> {
  switch (node.type) {
    case 'ArithNumber':
      return BigInt(Math.trunc(node.value));
    case 'ArithVariable':
      return variable(shell, node.name);
    case 'ArithGroup':
    case 'ArithNested':
      return evaluate(shell, node.expression);
    case 'ArithTernary':
      return evaluate(shell, (await evaluate(shell, node.condition)) !== 0n ? node.consequent : node.alternate);
    case 'ArithUnary':
      return unary(shell, node);
    case 'ArithBinary':
      return binary(shell, node);
    case 'ArithAssignment': {
      const value = await evaluate(shell, node.value);
      const operator = node.operator.slice(0, -1);
      const result = operator === '' ? value : await operate(shell, operator, [await variable(shell, node.variable), value]);
      await shell.set(node.variable, String(result));
      return result;
    }
    default:
      throw await wrong(shell, 'syntax error in expression');
  }
}

async function variable(shell: Shell, name: string): Promise<bigint> {
  const value = shell.get(name);
  if (value === undefined && shell.options.has('u')) throw await wrong(shell, `${name}: unbound variable`);
  const number = numberOf(value ?? '');
  if (number !== undefined) return number;
  if (/^[A-Za-z_]\w*$/.test(value ?? '') && value !== name) return variable(shell, value ?? '');
  throw await wrong(shell, `${value}: syntax error in expression`);
}

async function unary(shell: Shell, node: Extract<Arithmetic, { type: 'ArithUnary' }>): Promise<bigint> {
  if (node.operator === '++' || node.operator === '--') {
    if (node.operand.type !== 'ArithVariable') throw await wrong(shell, 'syntax error in expression');
    const old = await variable(shell, node.operand.name);
    const value = wrap(old + (node.operator === '++' ? 1n : -1n));
    await shell.set(node.operand.name, String(value));
    return node.prefix ? value : old;
  }
  const value = await evaluate(shell, node.operand);
  if (node.operator === '!') return value === 0n ? 1n : 0n;
  return node.operator === '~' ? ~value : node.operator === '-' ? -value : value;
}

async function binary(shell: Shell, node: Extract<Arithmetic, { type: 'ArithBinary' }>): Promise<bigint> {
  const left = await evaluate(shell, node.left);
  if (node.operator === '&&') return left !== 0n && (await evaluate(shell, node.right)) !== 0n ? 1n : 0n;
  if (node.operator === '||') return left !== 0n || (await evaluate(shell, node.right)) !== 0n ? 1n : 0n;
  return operate(shell, node.operator, [left, await evaluate(shell, node.right)]);
}

const truth = (holds: boolean): bigint => (holds ? 1n : 0n);
const OPERATORS: { readonly [operator: string]: (a: bigint, b: bigint) => bigint } = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '%': (a, b) => a % b,
  '**': (a, b) => a ** b,
  '<<': (a, b) => a << b,
  '>>': (a, b) => a >> b,
  '&': (a, b) => a & b,
  '|': (a, b) => a | b,
  '^': (a, b) => a ^ b,
  '<': (a, b) => truth(a < b),
  '<=': (a, b) => truth(a <= b),
  '>': (a, b) => truth(a > b),
  '>=': (a, b) => truth(a >= b),
  '==': (a, b) => truth(a === b),
  '!=': (a, b) => truth(a !== b),
  ',': (_, b) => b,
};

async function operate(shell: Shell, operator: string, [left, right]: readonly [bigint, bigint]): Promise<bigint> {
  if ((operator === '/' || operator === '%') && right === 0n) throw await wrong(shell, 'division by 0');
  const apply = OPERATORS[operator];
  if (!apply) throw await wrong(shell, 'syntax error in expression');
  return wrap(apply(left, right));
}
