/** Dates and durations with the attributes and methods Python gives them. */
import { strftime } from '../python/strftime.ts';
import { float, Obj, type V } from './model.ts';
import { type Args, Fn } from './objects.ts';
import { fail } from './undef.ts';

const SECOND = 1_000_000;
const DAY = 86_400 * SECOND;

/** A point on a wall clock: `micros` counts as if the clock stood in UTC; `offset` (minutes east) is set when the zone is known. */
export class DateTime extends Obj {
  readonly type = 'datetime';
  readonly micros: number;
  readonly offset: number | undefined;
  /** A day without a time. */
  readonly dayOnly: boolean;
  constructor(micros: number, offset?: number, dayOnly = false) {
    super();
    this.micros = micros;
    this.offset = offset;
    this.dayOnly = dayOnly;
  }

  /** The clock of this machine, or UTC. */
  static fromEpoch(ms: number, utc: boolean): DateTime {
    const shift = utc ? 0 : -new Date(ms).getTimezoneOffset() * 60_000;
    return new DateTime(Math.round((ms + shift) * 1000));
  }

  /** The fields, read with the UTC getters. */
  get fields(): Date {
    return new Date(Math.floor(this.micros / 1000));
  }
  get microsecond(): number {
    return ((this.micros % SECOND) + SECOND) % SECOND;
  }
  /** Seconds since 1970; a clock without zone is read as this machine's. */
  get epoch(): number {
    if (this.offset !== undefined) return this.micros / SECOND - this.offset * 60;
    const at = this.fields;
    const local = new Date(
      at.getUTCFullYear(),
      at.getUTCMonth(),
      at.getUTCDate(),
      at.getUTCHours(),
      at.getUTCMinutes(),
      at.getUTCSeconds(),
    );
    return local.getTime() / 1000 + this.microsecond / SECOND;
  }

  iso(separator = 'T'): string {
    if (this.dayOnly) return this.fields.toISOString().slice(0, 10);
    const text = this.fields
      .toISOString()
      .replace('Z', '')
      .replace(/\.\d+$/, '')
      .replace('T', separator);
    const micro = this.microsecond === 0 ? '' : `.${String(this.microsecond).padStart(6, '0')}`;
    return text + micro + (this.offset === undefined ? '' : zone(this.offset));
  }

  override attr(name: string): V | undefined {
    const at = this.fields;
    const simple: { readonly [name: string]: V } = {
      year: at.getUTCFullYear(),
      month: at.getUTCMonth() + 1,
      day: at.getUTCDate(),
      hour: at.getUTCHours(),
      minute: at.getUTCMinutes(),
      second: at.getUTCSeconds(),
      microsecond: this.microsecond,
      __str__: this.iso(' '),
    };
    if (Object.hasOwn(simple, name)) return simple[name];
    const method = METHODS.get(name);
    return method && new Fn(name, (args) => method(this, args), { type: 'builtin_function_or_method' });
  }
}

const zone = (minutes: number): string => {
  const plain = Math.abs(minutes);
  return `${minutes < 0 ? '-' : '+'}${String(Math.floor(plain / 60)).padStart(2, '0')}:${String(plain % 60).padStart(2, '0')}`;
};

const METHODS = new Map<string, (self: DateTime, args: Args) => V>([
  ['strftime', (self, { positional, named }) => strftime(String(positional[0] ?? named.get('format') ?? ''), self)],
  ['isoformat', (self, { positional }) => self.iso(typeof positional[0] === 'string' ? positional[0] : 'T')],
  ['timestamp', (self) => float(self.epoch)],
  ['weekday', (self) => (self.fields.getUTCDay() + 6) % 7],
  ['isoweekday', (self) => self.fields.getUTCDay() || 7],
  ['date', (self) => new DateTime(Math.floor(self.micros / DAY) * DAY, undefined, true)],
  ['toordinal', (self) => Math.floor(self.micros / DAY) + 719_163],
  ['replace', (self, { named }) => replaced(self, named)],
]);

function replaced(self: DateTime, named: ReadonlyMap<string, V>): V {
  const at = self.fields;
  const part = (name: string, now: number): number => Number(named.get(name) ?? now);
  const ms = Date.UTC(
    part('year', at.getUTCFullYear()),
    part('month', at.getUTCMonth() + 1) - 1,
    part('day', at.getUTCDate()),
    part('hour', at.getUTCHours()),
    part('minute', at.getUTCMinutes()),
    part('second', at.getUTCSeconds()),
  );
  const micros = ms * 1000 + part('microsecond', self.microsecond);
  return Number.isNaN(micros) ? fail('replace() needs numbers') : new DateTime(micros, self.offset);
}

export class TimeDelta extends Obj {
  readonly type = 'timedelta';
  readonly micros: number;
  constructor(micros: number) {
    super();
    this.micros = micros;
  }
  override attr(name: string): V | undefined {
    const days = Math.floor(this.micros / DAY);
    const rest = this.micros - days * DAY;
    const seconds = Math.floor(rest / SECOND);
    const microseconds = rest - seconds * SECOND;
    if (name === 'days') return days;
    if (name === 'seconds') return seconds;
    if (name === 'microseconds') return microseconds;
    if (name === 'total_seconds') return new Fn(name, () => float(this.micros / SECOND));
    if (name !== '__str__') return undefined;
    const clock = `${Math.floor(seconds / 3600)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
    const micro = microseconds === 0 ? '' : `.${String(microseconds).padStart(6, '0')}`;
    return `${days === 0 ? '' : `${days} day${Math.abs(days) === 1 ? '' : 's'}, `}${clock}${micro}`;
  }
}

const two = (value: number): string => String(value).padStart(2, '0');
