/** The body of a request: from what a playbook gives to text and its Content-Type. Pure. */
import { createHash } from 'node:crypto';
import type { Files } from '../../core/module.ts';
import { isObject, type Json } from '../../core/value.ts';
import { baseOf } from '../files/path.ts';
import { pythonJson } from '../files/python-json.ts';

export type BodyFormat = 'raw' | 'json' | 'form-urlencoded' | 'form-multipart';
export type Body = { readonly text: string; readonly type?: string } | { readonly problem: string };

export function bodyOf(body: Json, format: BodyFormat): Body {
  switch (format) {
    case 'json':
      return { text: typeof body === 'string' ? body : pythonJson(body), type: 'application/json' };
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
  /** Of content that is a file's. */
  readonly encoding?: 'base64';
}

/** The same fields with the files of the controller in them that they name: `{filename: x}` without content. */
export async function withFiles(body: Json, files: Files): Promise<Json> {
  if (!isObject(body)) return body;
  const filled = Object.entries(body).map(async ([name, value]): Promise<readonly [string, Json]> => {
    const part = value as Part;
    if (!isObject(value) || part.content !== undefined || part.filename === undefined) return [name, value as Json];
    const bytes = await files.read(await files.find('files', part.filename));
    const content = Buffer.from(bytes)
      .toString('base64')
      .replace(/.{1,76}/g, '$&\r\n');
    return [name, { ...value, filename: baseOf(part.filename), content, encoding: 'base64' } as Json];
  });
  return Object.fromEntries(await Promise.all(filled));
}

/** name: text, or name: {content, filename, mime_type}; in the order of their names, as Ansible sends them. */
function multipart(body: Json): Body {
  if (!isObject(body)) return { problem: 'failed to parse body as form-multipart: give a mapping of fields' };
  // Taken from the fields themselves, so that the same body is the same bytes in check and apply mode.
  const boundary = `pb-${createHash('sha256').update(JSON.stringify(body)).digest('hex').slice(0, 32)}`;
  let text = '';
  for (const [name, value] of Object.entries(body).sort(([a], [b]) => (a < b ? -1 : 1))) {
    const part: Part = isObject(value) ? (value as Part) : { content: String(value) };
    if (part.content === undefined && part.filename === undefined)
      return { problem: `form-multipart: the field ${name} needs content or filename` };
    const file = part.filename === undefined ? '' : `; filename="${part.filename}"`;
    const type = part.mime_type ?? (part.filename === undefined ? 'text/plain' : 'application/octet-stream');
    const encoding = part.encoding === undefined ? '' : `Content-Transfer-Encoding: ${part.encoding}\r\n`;
    const head = `${encoding}Content-Type: ${type}\r\nContent-Disposition: form-data; name="${name}"${file}\r\n`;
    text += `--${boundary}\r\n${head}\r\n${part.content}\r\n`;
  }
  return { text: `${text}--${boundary}--\r\n`, type: `multipart/form-data; boundary=${boundary}` };
}
