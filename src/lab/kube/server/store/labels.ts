/** Label selectors: `a=b,c in (d, e),!f`, with the parser's complaints as apimachinery's labels package words them. */
import { badRequest } from '../http/status.ts';
import { type Dict, dict, dicts, text, texts } from '../json.ts';

export type Matches = (labels: Readonly<Record<string, string>>) => boolean;

const operators = ['in', 'notin', '=', '==', '!=', 'gt', 'lt'];

export function parseLabelSelector(source: string): Matches {
  const tokens = tokenize(source);
  let next = 0;
  const peek = (): string => tokens[next] ?? '';
  const take = (): string => tokens[next++] ?? '';
  const isWord = (token: string): boolean => token !== '' && !/^[=!<>(),]+$/.test(token);
  const broken = (message: string) => badRequest(`unable to parse requirement: ${message}`);

  const values = (): Set<string> => {
    if (peek() !== '(') throw broken(`found '${peek()}' expected: '('`);
    take();
    const found = new Set<string>();
    for (;;) {
      const token = take();
      if (isWord(token)) found.add(token);
      else if (token === ',' || token === ')') found.add('');
      else throw broken(`found '${token}', expected: ',', ')' or identifier`);
      if (token === ')') return found;
      const after = peek() === '' ? '' : take();
      if (after === ')') return found;
      if (after !== ',') throw broken(`found '${after}', expected: ',' or ')'`);
    }
  };

  const requirement = (): Matches => {
    const negated = peek() === '!';
    if (negated) take();
    const key = take();
    if (!isWord(key)) throw broken(`found '${key}', expected: identifier`);
    if (negated) return (labels) => !Object.hasOwn(labels, key);
    if (peek() === '' || peek() === ',') return (labels) => Object.hasOwn(labels, key);
    const operator = take();
    const known = { '>': 'gt', '<': 'lt' }[operator] ?? operator;
    if (!operators.includes(known)) throw broken(`found '${operator}', expected: ${operators.join(', ')}`);
    if (known === 'in' || known === 'notin') {
      const wanted = values();
      return known === 'in'
        ? (labels) => Object.hasOwn(labels, key) && wanted.has(labels[key] ?? '')
        : (labels) => !Object.hasOwn(labels, key) || !wanted.has(labels[key] ?? '');
    }
    const value = isWord(peek()) ? take() : '';
    if (known === 'gt' || known === 'lt') {
      if (!/^-?\d+$/.test(value)) {
        throw broken(`values[0]: Invalid value: "${value}": for 'Gt', 'Lt' operators, the value must be an integer`);
      }
      return (labels) => {
        const has = Number(labels[key]);
        return Object.hasOwn(labels, key) && (known === 'gt' ? has > Number(value) : has < Number(value));
      };
    }
    return known === '!=' ? (labels) => labels[key] !== value : (labels) => labels[key] === value;
  };

  const all: Matches[] = [];
  if (tokens.length === 0) return () => true;
  for (;;) {
    if (!isWord(peek()) && peek() !== '!') throw badRequest(`found '${peek()}', expected: !, identifier, or 'end of string'`);
    all.push(requirement());
    const after = take();
    if (after === '') return (labels) => all.every((one) => one(labels));
    if (after !== ',') throw badRequest(`found '${after}', expected: ',' or 'end of string'`);
    if (!isWord(peek()) && peek() !== '!') throw badRequest(`found '${peek()}', expected: identifier after ','`);
  }
}

/** Words, and the signs = == != ! ( ) , > <. */
const tokenize = (source: string): string[] => source.match(/[=!]=|[=!(),<>]|[^\s=!(),<>]+/g) ?? [];

/** A LabelSelector object: matchLabels and matchExpressions. An empty one matches all, a missing one nothing. */
export function matchesSelector(selector: unknown, labels: Readonly<Record<string, string>>): boolean {
  if (selector === undefined || selector === null) return false;
  const { matchLabels, matchExpressions } = dict(selector);
  const expressions = dicts(matchExpressions).every((one) => {
    const key = text(one['key']);
    const has = Object.hasOwn(labels, key);
    const among = texts(one['values']).includes(labels[key] ?? '');
    if (one['operator'] === 'Exists') return has;
    if (one['operator'] === 'DoesNotExist') return !has;
    return one['operator'] === 'In' ? has && among : !has || !among;
  });
  return expressions && Object.entries(dict(matchLabels)).every(([key, value]) => labels[key] === value);
}

/** A LabelSelector as text, as `status.selector` of a Scale shows it. */
export function selectorText(selector: Dict): string {
  const labels = Object.entries(dict(selector['matchLabels'])).map(([key, value]) => [key, `${key}=${value}`] as const);
  const expressions = dicts(selector['matchExpressions']).map((one) => {
    const key = text(one['key']);
    const among = `(${texts(one['values']).sort().join(',')})`;
    const words: { readonly [operator: string]: string } = {
      Exists: key,
      DoesNotExist: `!${key}`,
      In: `${key} in ${among}`,
      NotIn: `${key} notin ${among}`,
    };
    return [key, words[text(one['operator'])] ?? key] as const;
  });
  return [...labels, ...expressions]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, one]) => one)
    .join(',');
}
