/** The escapes in Python's string literals (Language Reference, 2.4.1.1), for the expression language and for values of INI inventories. */

const ESCAPE = /\\(?:\n|x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|([0-7]{1,3})|(.))/gs;
const SIMPLE: { readonly [letter: string]: string } = {
  n: '\n',
  t: '\t',
  r: '\r',
  a: '\x07',
  b: '\b',
  f: '\f',
  v: '\v',
  '\\': '\\',
  "'": "'",
  '"': '"',
};

/** What stands between the quotes, unescaped; an unknown escape stays as it is. `illegal`: the error for a code that is no character. */
export function unescaped(raw: string, illegal: (sequence: string) => Error): string {
  return raw.replace(ESCAPE, (whole, x?: string, u?: string, wide?: string, octal?: string, letter?: string) => {
    const hex = x ?? u ?? wide;
    if (hex !== undefined) {
      const code = Number.parseInt(hex, 16);
      if (code > 0x10ffff) throw illegal(whole);
      return String.fromCodePoint(code);
    }
    if (octal !== undefined) return String.fromCodePoint(Number.parseInt(octal, 8));
    if (letter === undefined) return '';
    return (Object.hasOwn(SIMPLE, letter) ? SIMPLE[letter] : undefined) ?? whole;
  });
}
