/** Bodies of answers as plain data. */
import { XMLParser } from 'fast-xml-parser';
import type { Json } from '../../core/value.ts';

// Values stay text: a key of digits is a name, an ETag no number.
const parser = new XMLParser({ ignoreAttributes: true, parseTagValue: false, ignoreDeclaration: true, trimValues: true });

/** null where it is neither XML nor JSON. */
export function bodyOf(bytes: Buffer): Json {
  const text = bytes.toString('utf8').trimStart();
  try {
    if (text.startsWith('<') && !/^<(!doctype )?html/i.test(text)) return parser.parse(text) as Json;
    if (text.startsWith('{') || text.startsWith('[')) return JSON.parse(text) as Json;
  } catch {
    // What is cut off in the middle, or only looks like it, is no body anybody can use.
  }
  return null;
}
