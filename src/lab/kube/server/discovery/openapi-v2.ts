/**
 * OpenAPI v2, as protobuf: kubectl reads it for kinds that version 3 does not describe (a List of objects), to see whether the server checks
 * fields itself. It looks at what a patch of a namespace takes, and this document says no more than that. Numbers are gnostic's openapiv2.proto.
 */
import type { Answer, Call } from '../http/call.ts';
import { header } from '../http/call.ts';

const type = 'application/com.github.proto-openapi.spec.v2.v1.0+protobuf';
const query = ['dryRun', 'fieldManager', 'fieldValidation', 'force'];
const info = { title: 'Kubernetes', version: 'lab' };
const path = '/api/v1/namespaces/{name}';
const kind = { group: '', kind: 'Namespace', version: 'v1' };

/** A field that is a text or a message: its number with wire type 2, its length, its bytes. */
function field(number: number, value: string | readonly Buffer[]): Buffer {
  const bytes = typeof value === 'string' ? Buffer.from(value) : Buffer.concat(value);
  return Buffer.concat([varint(number * 8 + 2), varint(bytes.length), bytes]);
}

const varint = (value: number): Buffer =>
  value < 128 ? Buffer.from([value]) : Buffer.concat([Buffer.from([(value % 128) + 128]), varint(Math.floor(value / 128))]);

/** A parameter of the query: ParametersItem, Parameter, NonBodyParameter, QueryParameterSubSchema. */
const parameter = (name: string): Buffer =>
  field(8, [field(1, [field(2, [field(3, [field(2, 'query'), field(4, name), field(6, name === 'force' ? 'boolean' : 'string')])])])]);

function encoded(): Buffer {
  const yaml = Object.entries(kind)
    .map(([name, value]) => `${name}: ${JSON.stringify(value)}\n`)
    .join('');
  const extension = field(13, [field(1, 'x-kubernetes-group-version-kind'), field(2, [field(2, yaml)])]);
  const patch = field(8, [...query.map(parameter), extension]);
  return Buffer.concat([
    field(1, '2.0'),
    field(2, [field(1, info.title), field(2, info.version)]),
    field(8, [field(2, [field(1, path), field(2, [patch])])]),
  ]);
}

export function openapiVersion2(call: Call): Answer {
  if (header(call, 'accept').includes('protobuf')) return { status: 200, text: encoded(), type };
  const parameters = query.map((name) => ({ name, in: 'query', type: name === 'force' ? 'boolean' : 'string' }));
  const paths = { [path]: { patch: { parameters, responses: {}, 'x-kubernetes-group-version-kind': kind } } };
  return { status: 200, json: { swagger: '2.0', info, paths, definitions: {} } };
}
