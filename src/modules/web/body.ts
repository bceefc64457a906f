/** The body of a request: from what a playbook gives to text and its Content-Type. Pure. */
import { createHash } from 'node:crypto';
import { isObject, type Json } from '../../core/value.ts';

export type BodyFormat = 'raw' | 'json' | 'form-urlencoded' | 'form-multipart';
export type Body = { readonly text: string; readonly type?: string } | { readonly problem: string };

export function bodyOf(body: Json, format: BodyFormat): Body {
  switch (format) {
    case 'json':
      return { text: typeof body === 'string' ? body : JSON.stringify(body), type: 'application/json' };
    case 'form-urlencoded':
      return typeof body === 'string' ? { text: body, type: FORM } : urlencoded(body);
    case 'form-multipart':
      return multipart(body);
    default:
      return { text: typeof body === 'string' ? body : JSON.stringify(body) };
  }
}

const FORM = 'application/x-www-form-urlencoded';

/** A mapping (lists repeat the name), or a list of pairs. */
function urlencoded(body: Json): Body {
  const pairs = Array.isArray(body) ? body : isObject(body) ? Object.entries(body as { [name: string]: Json }) : undefined;
  if (pairs === undefined || pairs.some((pair) => !Array.isArray(pair) || pair.length !== 2)) {
    return { problem: 'failed to parse body as form_urlencoded: give a mapping, or a list of pairs' };
  }
  const form = new URLSearchParams();
  for (const [name, value] of pairs as readonly (readonly [Json, Json])[]) {
    for (const one of Array.isArray(value) ? value : [value])
      form.append(String(name), typeof one === 'string' ? one : JSON.stringify(one));
  }
  return { text: form.toString(), type: FORM };
}

interface Part {
  readonly content?: string;
  readonly filename?: string;
  readonly mime_type?: string;
}

/** name: text, or name: {content, filename, mime_type}. */
function multipart(body: Json): Body {
  if (!isObject(body)) return { problem: 'failed to parse body as form-multipart: give a mapping of fields' };
  // Taken from the fields themselves, so that the same body is the same bytes in check and apply mode.
  const boundary = `pb-${createHash('sha256').update(JSON.stringify(body)).digest('hex').slice(0, 32)}`;
  let text = '';
  for (const [name, value] of Object.entries(body)) {
    const part: Part = isObject(value) ? (value as Part) : { content: String(value) };
    if (part.content === undefined)
      return { problem: `form-multipart: the field ${name} has no content; files of the controller are not sent` };
    const file = part.filename === undefined ? '' : `; filename="${part.filename}"`;
    const type = part.mime_type ?? (part.filename === undefined ? 'text/plain' : 'application/octet-stream');
    text += `--${boundary}\r\nContent-Disposition: form-data; name="${name}"${file}\r\nContent-Type: ${type}\r\n\r\n${part.content}\r\n`;
  }
  return { text: `${text}--${boundary}--\r\n`, type: `multipart/form-data; boundary=${boundary}` };
}
