/** Secrets are a type where a value must not be printed, and a set of values to hide wherever they turn up in text. */
import type { Json } from './value.ts';

const hidden: unique symbol = Symbol('hidden');

/** A value that shows itself as *** unless asked by name. */
export class Secret {
  private readonly [hidden]: () => string;
  private constructor(value: string) {
    this[hidden] = () => value;
  }
  static of(value: string): Secret {
    return new Secret(value);
  }
  reveal(): string {
    return this[hidden]();
  }
  toJSON(): '***' {
    return '***';
  }
  toString(): '***' {
    return '***';
  }
}

/** Text on its way to a host or cluster: `reveal()` on the wire, *** everywhere else. */
export type Text = string | Secret;
export const reveal = (text: Text): string => (typeof text === 'string' ? text : text.reveal());

/** Shorter secrets would blank out ordinary words. */
const SHORTEST = 4;

/** Hides every secret it was told, and its base64, URL and JSON forms. One per run; every event passes through it. */
export class Redactor {
  readonly #forms = new Set<string>();
  #pattern: RegExp | undefined;

  add(value: string): void {
    if (value.length < SHORTEST) return;
    for (const form of forms(value)) if (form.length >= SHORTEST) this.#forms.add(form);
    this.#pattern = undefined;
  }

  text(text: string): string {
    if (this.#forms.size === 0) return text;
    this.#pattern ??= new RegExp(
      [...this.#forms]
        .sort((a, b) => b.length - a.length)
        .map(literal)
        .join('|'),
      'g',
    );
    return text.replace(this.#pattern, '***');
  }

  /** The same value with secrets hidden in every string and key; the very same object when there is nothing to hide. */
  json<T>(value: T): T {
    return this.#forms.size === 0 ? value : (this.#walk(value as Json) as T);
  }

  #walk(value: Json): Json {
    if (typeof value === 'string') return this.text(value);
    if (Array.isArray(value)) return value.map((item) => this.#walk(item));
    if (typeof value !== 'object' || value === null) return value;
    if (value instanceof Secret) return value.toJSON();
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [this.text(key), this.#walk(item)]));
  }
}

const literal = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');

function forms(value: string): string[] {
  const base64 = Buffer.from(value).toString('base64');
  const lines = value.split('\n').filter((line) => line.length >= 8);
  return [
    value,
    value.trim(),
    base64,
    base64.replace(/=+$/, ''),
    encodeURIComponent(value),
    JSON.stringify(value).slice(1, -1),
    ...(lines.length > 1 ? lines : []),
  ];
}
