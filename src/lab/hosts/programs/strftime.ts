/** date's format, in UTC as RHCOS hosts are. */

const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const MONTHS = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'];

/** `when` in seconds since the epoch, with fraction. */
export function strftime(format: string, when: number): string {
  const at = new Date(Math.floor(when) * 1000);
  const two = (value: number): string => String(value).padStart(2, '0');
  const dayOfYear =
    Math.floor((Date.UTC(at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate()) - Date.UTC(at.getUTCFullYear(), 0, 1)) / 86_400_000) + 1;
  const parts: { readonly [letter: string]: () => string } = {
    '%': () => '%',
    n: () => '\n',
    t: () => '\t',
    Y: () => String(at.getUTCFullYear()),
    y: () => two(at.getUTCFullYear() % 100),
    m: () => two(at.getUTCMonth() + 1),
    d: () => two(at.getUTCDate()),
    e: () => String(at.getUTCDate()).padStart(2),
    H: () => two(at.getUTCHours()),
    I: () => two(at.getUTCHours() % 12 || 12),
    M: () => two(at.getUTCMinutes()),
    S: () => two(at.getUTCSeconds()),
    N: () => String(Math.floor((when - Math.floor(when)) * 1e9)).padStart(9, '0'),
    p: () => (at.getUTCHours() < 12 ? 'AM' : 'PM'),
    s: () => String(Math.floor(when)),
    j: () => String(dayOfYear).padStart(3, '0'),
    a: () => (DAYS[at.getUTCDay()] ?? '').slice(0, 3),
    A: () => DAYS[at.getUTCDay()] ?? '',
    b: () => (MONTHS[at.getUTCMonth()] ?? '').slice(0, 3),
    B: () => MONTHS[at.getUTCMonth()] ?? '',
    u: () => String(at.getUTCDay() || 7),
    w: () => String(at.getUTCDay()),
    W: () => two(Math.floor((dayOfYear + 6 - ((at.getUTCDay() + 6) % 7)) / 7)),
    Z: () => 'UTC',
    z: () => '+0000',
    F: () => strftime('%Y-%m-%d', when),
    T: () => strftime('%H:%M:%S', when),
    R: () => strftime('%H:%M', when),
    D: () => strftime('%m/%d/%y', when),
    c: () => strftime('%a %b %e %H:%M:%S %Y', when),
  };
  return format.replace(/%(\d*)([-_]?)([a-zA-Z%])/g, (whole, digits: string, flag: string, letter: string) => {
    const text = parts[letter]?.() ?? whole;
    if (letter === 'N' && digits !== '') return text.slice(0, Number(digits));
    return flag === '-' ? text.replace(/^0+(?=\d)/, '') : text;
  });
}
