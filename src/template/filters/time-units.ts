/** Durations: "1h 30m" in another unit. */
import { float, type V } from '../value/model.ts';
import { fail } from '../value/undef.ts';

const SECONDS: { readonly [unit: string]: number } = {
  ms: 0.001,
  millisecond: 0.001,
  s: 1,
  sec: 1,
  second: 1,
  m: 60,
  min: 60,
  minute: 60,
  h: 3600,
  hour: 3600,
  d: 86_400,
  day: 86_400,
  w: 604_800,
  week: 604_800,
  mo: 2_592_000,
  month: 2_592_000,
  y: 31_536_000,
  year: 31_536_000,
};

function seconds(unit: string): number {
  const name = unit.toLowerCase();
  const single = name.length > 2 || name === 'ms' ? name.replace(/(?<=..)s$/, '') : name;
  return (Object.hasOwn(SECONDS, single) ? SECONDS[single] : undefined) ?? fail(`unknown time unit '${unit}'`);
}

export function duration(text: string, unit: string): V {
  const parts = text.trim() === '' ? [] : text.trim().split(/\s+/);
  const total = parts.reduce((sum, part) => {
    const match = /^(\d+(?:\.\d+)?)([a-z]+)$/i.exec(part);
    return match ? sum + Number(match[1]) * seconds(match[2] ?? '') : fail(`cannot read the duration '${part}'`);
  }, 0);
  return float(Number((total / seconds(unit)).toFixed(12)));
}
