/** Manifests as they are written in playbooks and files, made into a list of complete objects. */
import { parseAllDocuments } from 'yaml';
import type { KubeObject } from '../../core/kube.ts';
import type { KubeReader } from '../../core/module.ts';
import { isObject, type Json, type JsonObject, type TaskId, Unknown } from '../../core/value.ts';

export interface ManifestArgs {
  readonly definition?: Json;
  readonly src?: string;
  readonly template?: string;
  readonly api_version: string;
  readonly kind?: string;
  readonly name?: string;
  readonly namespace?: string;
}

/** `until`: the template holds a value that exists only after that task. */
export type Manifests =
  | { readonly objects: readonly KubeObject[] }
  | { readonly problem: string }
  | { readonly until: TaskId; readonly why: string };

export async function readManifests(given: ManifestArgs, io: Pick<KubeReader, 'files'>): Promise<Manifests> {
  const ways = [given.definition, given.src, given.template].filter((way) => way !== undefined);
  if (ways.length > 1) return { problem: 'give one of definition, src and template' };
  if (given.src !== undefined) {
    const path = await io.files.find('files', given.src);
    return manifestsOf(Buffer.from(await io.files.read(path)).toString('utf8'), given, path);
  }
  if (given.template !== undefined) {
    const path = await io.files.find('templates', given.template);
    const text = await io.files.render(path);
    if (text instanceof Unknown) return { until: text.until, why: text.why };
    return manifestsOf(text as Json, given, path);
  }
  return manifestsOf(given.definition ?? {}, given, 'definition');
}

/** `from` names the text in messages. Arguments beside the definition fill in what it leaves out. */
export function manifestsOf(definition: Json, given: ManifestArgs, from: string): Manifests {
  const documents = typeof definition === 'string' ? parsed(definition, from) : { values: [definition] };
  if ('problem' in documents) return documents;
  const flat = documents.values.flatMap(flatten);
  if (flat.length === 0) return { problem: `${from} holds no object` };
  const objects: KubeObject[] = [];
  for (const [index, value] of flat.entries()) {
    const where = flat.length === 1 ? from : `object ${index + 1} of ${from}`;
    const object = complete(value, given);
    const missing = typeof object === 'string' ? object : missingIn(object);
    if (missing !== undefined) return { problem: `${where} ${missing}` };
    objects.push(withEncodedData(object as KubeObject));
  }
  return { objects };
}

/** YAML 1.1, as kubectl reads it: `mode: 0644` is 420, `on` is true. Dates stay text. */
function parsed(text: string, from: string): { readonly values: readonly Json[] } | { readonly problem: string } {
  const documents = parseAllDocuments(text, { version: '1.1', customTags: (tags) => tags.filter((tag) => !isTimestamp(tag)) });
  if (!Array.isArray(documents)) return { values: [] };
  for (const document of documents) {
    const [error] = document.errors;
    if (error) return { problem: `${from} is not YAML: ${error.message.split('\n')[0]}` };
  }
  return { values: documents.map((document) => document.toJS({ maxAliasCount: 100 }) as Json).filter((value) => value !== null) };
}

const isTimestamp = (tag: unknown): boolean => isObject(tag) && tag['tag'] === 'tag:yaml.org,2002:timestamp';

/** Lists of objects, and objects of kind List, become their items. */
function flatten(value: Json): Json[] {
  if (Array.isArray(value)) return value.flatMap(flatten);
  if (isObject(value) && typeof value['kind'] === 'string' && value['kind'].endsWith('List') && Array.isArray(value['items'])) {
    return (value['items'] as Json[]).flatMap(flatten);
  }
  return value === null ? [] : [value];
}

function complete(value: Json, given: ManifestArgs): JsonObject | string {
  if (!isObject(value)) return 'is no mapping';
  const object = value as JsonObject;
  const metadata = isObject(object['metadata']) ? (object['metadata'] as JsonObject) : {};
  return {
    ...object,
    apiVersion: object['apiVersion'] ?? given.api_version,
    kind: object['kind'] ?? given.kind ?? '',
    metadata: { ...metadata, name: metadata['name'] ?? given.name ?? '', ...namespaceOf(metadata, given) },
  };
}

const namespaceOf = (metadata: JsonObject, given: ManifestArgs): JsonObject => {
  const namespace = metadata['namespace'] ?? given.namespace;
  return namespace === undefined || namespace === null ? {} : { namespace };
};

function missingIn(object: JsonObject): string | undefined {
  const metadata = object['metadata'] as JsonObject;
  if (typeof object['kind'] !== 'string' || object['kind'] === '') return 'has no kind';
  if (typeof object['apiVersion'] !== 'string') return 'has an apiVersion that is no text';
  if (metadata['name'] === '' && metadata['generateName']) {
    return 'has only a generateName: each run would make another object; give it a name';
  }
  if (metadata['name'] === '') return 'has no metadata.name';
  if (typeof metadata['name'] !== 'string') return 'has a metadata.name that is no text: quote it';
  return undefined;
}

/** The API server turns stringData into data behind server-side apply's back, so that owners and removals get lost: done here instead. */
function withEncodedData(object: KubeObject): KubeObject {
  const { stringData, ...rest } = object;
  if (object.kind !== 'Secret' || object.apiVersion !== 'v1' || !isObject(stringData)) return object;
  const encoded = Object.entries(stringData as JsonObject).map(([key, value]) => [key, Buffer.from(String(value)).toString('base64')]);
  return { ...rest, data: { ...(rest['data'] as JsonObject | undefined), ...Object.fromEntries(encoded) } } as unknown as KubeObject;
}
