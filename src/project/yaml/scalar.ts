/** Plain scalars as PyYAML (YAML 1.1) reads them: the regular expressions of its resolver. */

const BOOL = /^(?:yes|Yes|YES|no|No|NO|true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF)$/;
const TRUE = /^(?:yes|true|on)$/i;
const NULL = /^(?:~|null|Null|NULL|)$/;
const INT = /^(?:[-+]?0b[0-1_]+|[-+]?0[0-7_]+|[-+]?(?:0|[1-9][0-9_]*)|[-+]?0x[0-9a-fA-F_]+|[-+]?[1-9][0-9_]*(?::[0-5]?[0-9])+)$/;
const FLOAT =
  /^(?:[-+]?(?:[0-9][0-9_]*)\.[0-9_]*(?:[eE][-+][0-9]+)?|\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/;
const DATE = /^\d{4}-\d\d-\d\d$/;
const TIME = /^\d{4}-\d\d?-\d\d?(?:[Tt]|[ \t]+)\d\d?:\d\d:\d\d(?:\.\d*)?(?:[ \t]*(?:Z|[-+]\d\d?(?::\d\d)?))?$/;

export type Scalar = null | boolean | number | string | Date;

export function plainScalar(text: string): Scalar {
  if (NULL.test(text)) return null;
  if (BOOL.test(text)) return TRUE.test(text);
  if (INT.test(text)) return intOf(text);
  if (FLOAT.test(text)) return floatOf(text);
  if (DATE.test(text) || TIME.test(text)) return dateOf(text) ?? text;
  return text;
}

/** `undefined` for a tag PyYAML has no constructor for, or a text it would refuse. */
export function taggedScalar(tag: string, text: string): Scalar | undefined {
  const plain = plainScalar(text);
  switch (tag) {
    case 'str':
      return text;
    case 'null':
      return null;
    case 'bool':
      return BOOL.test(text) ? plain : undefined;
    case 'int':
      return INT.test(text) ? plain : undefined;
    case 'float':
      return INT.test(text) || FLOAT.test(text) ? plain : undefined;
    case 'timestamp':
      return plain instanceof Date ? plain : undefined;
    default:
      return undefined;
  }
}

/** 0644 is octal, 1:30 is 90 (base 60), 1_000 is 1000. */
function intOf(text: string): number {
  const sign = text.startsWith('-') ? -1 : 1;
  const digits = text.replace(/^[-+]/, '').replaceAll('_', '');
  if (digits === '0') return 0;
  if (digits.startsWith('0b')) return sign * Number.parseInt(digits.slice(2), 2);
  if (digits.startsWith('0x')) return sign * Number.parseInt(digits.slice(2), 16);
  if (digits.startsWith('0')) return sign * Number.parseInt(digits, 8);
  return sign * base60(digits);
}

function floatOf(text: string): number {
  const sign = text.startsWith('-') ? -1 : 1;
  const digits = text.replace(/^[-+]/, '').replaceAll('_', '').toLowerCase();
  if (digits === '.inf') return sign * Number.POSITIVE_INFINITY;
  if (digits === '.nan') return Number.NaN;
  return sign * base60(digits);
}

const base60 = (digits: string): number => digits.split(':').reduce((sum, part) => sum * 60 + Number(part), 0);

function dateOf(text: string): Date | undefined {
  const match = /^(\d+)-(\d+)-(\d+)(?:[Tt \t]+(\d+):(\d+):(\d+)(?:\.(\d*))?[ \t]*(Z|[-+].*)?)?$/.exec(text);
  if (!match) return undefined;
  const [, year, month, day, hour = '0', minute = '0', second = '0', fraction = '', zone] = match;
  const time = Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second));
  const date = new Date(time + Number(`0.${fraction || '0'}`) * 1000 - zoneMs(zone));
  const real = new Date(time);
  // 2024-02-30 is no date: PyYAML fails on it, as text it does no harm
  return real.getUTCMonth() === Number(month) - 1 && real.getUTCDate() === Number(day) ? date : undefined;
}

function zoneMs(zone: string | undefined): number {
  const match = /^([-+])(\d+)(?::(\d+))?$/.exec(zone ?? '');
  return match ? (match[1] === '-' ? -1 : 1) * (Number(match[2]) * 60 + Number(match[3] ?? 0)) * 60_000 : 0;
}
