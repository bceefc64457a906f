/** Times as Python writes them. */

const two = (value: number): string => String(value).padStart(2, '0');
const fraction = (ms: number): string => `${String(ms % 1000).padStart(3, '0')}000`;

/** ms since the epoch → "2026-11-21 09:38:50.453000", in the controller's zone. */
export function moment(ms: number): string {
  const at = new Date(ms);
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return `${day} ${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}.${fraction(ms)}`;
}

/** ms → "0:00:01.500000". */
export function span(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  return `${Math.floor(seconds / 3600)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}.${fraction(ms)}`;
}
