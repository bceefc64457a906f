/** Request bodies: JSON, or YAML as Kubernetes reads it (version 1.1, so that `yes` is true). */
import { parseDocument, type YAMLParseError } from 'yaml';
import { type Dict, isDict } from '../json.ts';
import { duplicateFields } from './duplicates.ts';
import { readProtobuf } from './protobuf.ts';
import { badRequest } from './status.ts';

export interface Body {
  readonly value: Dict;
  /** What a strict reader refuses about the text itself: fields that stand twice. */
  readonly complaints: readonly string[];
}

export const isYaml = (type: string): boolean => /^application\/(yaml|apply-patch\+yaml)\b/.test(type);

export const protobufType = 'application/vnd.kubernetes.protobuf';

/** Throws badRequest in the words for an object of the kind. */
export function readObject(bytes: Buffer, { type, kind }: { readonly type: string; readonly kind: string }): Body {
  if (type.startsWith(protobufType)) return { value: readProtobuf(bytes), complaints: [] };
  const text = bytes.toString('utf8');
  const unrecognized = (why: string): Error => badRequest(`the object provided is unrecognized (must be of type ${kind}): ${why}`);
  if (isYaml(type)) return readYaml(text);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw unrecognized(`couldn't get version/kind; json parse error: ${goSyntaxError(text, error)} (${shortened(text)})`);
  }
  if (!isDict(value)) {
    const target = 'struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }';
    throw unrecognized(
      `couldn't get version/kind; json parse error: json: cannot unmarshal ${goType(value)} into Go value of type ${target} (${shortened(text)})`,
    );
  }
  return { value, complaints: duplicateFields(text).map((field) => `duplicate field "${field}"`) };
}

export function readYaml(text: string): Body {
  const document = parseDocument(text, { version: '1.1', uniqueKeys: false, logLevel: 'silent' });
  if (document.errors.length > 0)
    throw badRequest(`error decoding YAML: error converting YAML to JSON: yaml: ${goYamlError(document.errors)}`);
  const value: unknown = document.toJS({ maxAliasCount: 100 });
  if (!isDict(value))
    throw badRequest(
      `error decoding YAML: error unmarshaling JSON: json: cannot unmarshal ${goType(value)} into Go value of type map[string]interface {}`,
    );
  const strict = parseDocument(text, { version: '1.1', logLevel: 'silent' });
  const twice = strict.errors
    .filter((one) => one.code === 'DUPLICATE_KEY')
    .map((one) => `  line ${one.linePos?.[0].line ?? 1}: key "${keyAt(text, one.pos[0])}" already set in map`);
  return { value, complaints: twice.length > 0 ? [`yaml: unmarshal errors:\n${twice.join('\n')}`] : [] };
}

const keyAt = (text: string, from: number): string => /^["']?([^"':\s]+)/.exec(text.slice(from))?.[1] ?? '';
/** go-yaml's sentence and line for the mistakes that people make. */
function goYamlError(errors: readonly YAMLParseError[]): string {
  const found = (code: string): YAMLParseError | undefined => errors.find((one) => one.code === code);
  const lineOf = (error: YAMLParseError): number => error.linePos?.at(-1)?.line ?? 1;
  const nested = found('MULTILINE_IMPLICIT_KEY') ?? found('BLOCK_AS_IMPLICIT_KEY');
  if (nested) return `line ${lineOf(nested)}: mapping values are not allowed in this context`;
  const [first] = errors;
  if (!first) return '';
  const line = lineOf(first);
  if (first.code === 'BAD_INDENT') return `line ${line - 1}: did not find expected ',' or ']'`;
  if (first.code === 'TAB_AS_INDENT') return `line ${line}: found character that cannot start any token`;
  if (first.code === 'MISSING_CHAR') return `line ${line}: found unexpected end of stream`;
  return `line ${line}: ${first.message.split(' at line ')[0]}`;
}

/** Patches: the words are the patch decoder's. */
export function readPatch(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw badRequest(`error decoding patch: ${goSyntaxError(text, error)}`);
  }
}

export function readMergePatch(text: string): Dict {
  const value = readPatch(text);
  if (!isDict(value))
    throw badRequest(`error decoding patch: json: cannot unmarshal ${goType(value)} into Go value of type map[string]interface {}`);
  return value;
}

export const goType = (value: unknown): string =>
  Array.isArray(value) ? 'array' : isDict(value) ? 'object' : typeof value === 'boolean' ? 'bool' : typeof value;

/** Go's sentence for a text that is no JSON. */
function goSyntaxError(text: string, error: unknown): string {
  const position = error instanceof Error ? /position (\d+)/.exec(error.message)?.[1] : undefined;
  if (position === undefined || Number(position) >= text.length) return 'unexpected end of JSON input';
  return `invalid character '${text[Number(position)]}' looking for beginning of value`;
}

/** The beginning of a text that was not understood. */
export const shortened = (text: string): string => {
  if (!text.startsWith('{')) return Buffer.from(text.slice(0, 1024)).toString('hex');
  return text.length > 30 ? `${text.slice(0, 30)} ...` : text;
};
