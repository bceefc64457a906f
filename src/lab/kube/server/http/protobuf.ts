/** Request bodies in protobuf: what kubectl's own commands (`create namespace`, `auth can-i`, `drain`) send. Answers are JSON, which they take too. */
import { type Dict, put } from '../json.ts';
import { builtinType } from '../kinds/builtin.ts';
import { splitGroupVersion } from '../kinds/resource.ts';
import { type ProtoFields, quantityType, resolve, type Schema } from '../schema/schema.ts';
import { badRequest } from './status.ts';

const magic = Buffer.from('6b387300', 'hex');
const deleteOptions: Schema = { $ref: 'io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions' };

type Wire = { readonly number: number; readonly value: bigint | Buffer };

/** The message's fields in order. Throws RangeError when it ends too early. */
function* fields(message: Buffer): Generator<Wire> {
  let at = 0;
  const varint = (): bigint => {
    let [value, shift] = [0n, 0n];
    for (;;) {
      const byte = message[at++];
      if (byte === undefined) throw new RangeError('the message ends within a number');
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asIntN(64, value);
      shift += 7n;
    }
  };
  while (at < message.length) {
    const tag = Number(varint());
    const number = tag >> 3;
    const length = { 1: 8, 5: 4 }[tag & 7];
    if ((tag & 7) === 0) yield { number, value: varint() };
    else {
      const size = length ?? Number(varint());
      if (at + size > message.length) throw new RangeError('the message ends within a field');
      yield { number, value: message.subarray(at, (at += size)) };
    }
  }
}

const bytes = (value: bigint | Buffer): Buffer => (typeof value === 'bigint' ? Buffer.alloc(0) : value);
const textOf = (value: bigint | Buffer): string => bytes(value).toString('utf8');
const find = (message: Buffer, number: number): bigint | Buffer | undefined =>
  [...fields(message)].find((one) => one.number === number)?.value;

/** The object of a body; its apiVersion and kind stand in the envelope. */
export function readProtobuf(body: Buffer): Dict {
  if (!body.subarray(0, 4).equals(magic))
    throw badRequest('the body is not in the protobuf form of Kubernetes: it does not begin with "k8s\\0"');
  try {
    const envelope = body.subarray(4);
    const meta = bytes(find(envelope, 1) ?? 0n);
    const [apiVersion, kind] = [textOf(find(meta, 1) ?? 0n), textOf(find(meta, 2) ?? 0n)];
    const { group, version } = splitGroupVersion(apiVersion);
    const known = builtinType(group, version, kind);
    const schema = known.$ref ? known : kind === 'DeleteOptions' ? deleteOptions : undefined;
    if (!schema) throw badRequest(`no kind "${kind}" is registered for version "${apiVersion}"`);
    return { apiVersion, kind, ...message(bytes(find(envelope, 2) ?? 0n), schema) };
  } catch (error) {
    if (error instanceof RangeError) throw badRequest(`proto: ${error.message}`);
    throw error;
  }
}

function message(data: Buffer, schema: Schema): Dict {
  const out: Dict = {};
  into(out, data, { schema: resolve(schema), numbers: resolve(schema)['x-proto'] ?? {} });
  return out;
}

function into(out: Dict, data: Buffer, { schema, numbers }: { readonly schema: Schema; readonly numbers: ProtoFields }): void {
  for (const { number, value } of fields(data)) {
    const name = numbers[number];
    if (typeof name === 'object') into(out, bytes(value), { schema, numbers: name });
    const field = typeof name === 'string' ? schema.properties?.[name] : undefined;
    if (typeof name !== 'string' || !field) continue;
    const whole = resolve(field);
    if (whole.type === 'array') out[name] = [...(Array.isArray(out[name]) ? out[name] : []), one(value, whole.items ?? {})];
    else if (whole.type === 'object' && !whole.properties && typeof whole.additionalProperties === 'object') {
      put(out, [name, textOf(find(bytes(value), 1) ?? 0n)], one(find(bytes(value), 2) ?? Buffer.alloc(0), whole.additionalProperties));
    } else {
      const read = one(value, field);
      // Go writes empty messages and zero times for what was not set.
      if (read !== undefined) out[name] = read;
    }
  }
}

function one(value: bigint | Buffer, schema: Schema): unknown {
  const whole = resolve(schema);
  if (schema.$ref === quantityType) return textOf(find(bytes(value), 1) ?? 0n);
  if (whole.format === 'date-time') return time(bytes(value));
  if (whole.format === 'int-or-string') {
    const isText = find(bytes(value), 1) === 1n;
    return isText ? textOf(find(bytes(value), 3) ?? 0n) : Number(find(bytes(value), 2) ?? 0n);
  }
  if (whole.type === 'boolean') return value !== 0n;
  if (whole.type === 'integer') return Number(value);
  if (whole.type === 'number') return bytes(value).readDoubleLE();
  if (whole.type === 'string') return whole.format === 'byte' ? bytes(value).toString('base64') : textOf(value);
  if (whole.properties) return message(bytes(value), schema);
  // Raw JSON: fieldsV1, JSON schemas' own values.
  const raw = textOf(find(bytes(value), 1) ?? 0n);
  return raw === '' ? undefined : JSON.parse(raw);
}

function time(data: Buffer): string | undefined {
  const seconds = find(data, 1);
  // Go's zero time is the year 1.
  if (typeof seconds !== 'bigint' || seconds <= -62_135_596_800n) return undefined;
  return new Date(Number(seconds) * 1000).toISOString().replace('.000Z', 'Z');
}
