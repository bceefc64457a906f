/** Manifests as they are written in playbooks and files, made into a list of complete objects. */
import { parseAllDocuments } from 'yaml';
import { configHash } from '../../core/config-hash.ts';
import type { KubeObject } from '../../core/kube.ts';
import type { KubeReader } from '../../core/module.ts';
import { isObject, type Json, type JsonObject, type TaskId, Unknown } from '../../core/value.ts';

/** A path, or one with settings as in a `#jinja2:` header. */
export type TemplateArg = string | { readonly path: string; readonly [setting: string]: string | boolean };

export interface ManifestArgs {
  readonly definition?: Json;
  readonly src?: string;
  readonly template?: TemplateArg | readonly TemplateArg[];
  readonly generate_name?: string;
  /** What generated names are made from; none are made where it is left out. */
  readonly fresh?: string;
  readonly append_hash?: boolean;
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
    if (/^(?:https?|ftp):\/\//.test(given.src)) {
      return {
        problem: `src is a URL, which pb does not fetch here: use definition: "{{ lookup('url', '${given.src}', split_lines=false) }}"`,
      };
    }
    const path = await io.files.find('files', given.src);
    return manifestsOf(Buffer.from(await io.files.read(path)).toString('utf8'), given, path);
  }
  if (given.template !== undefined) return rendered([given.template].flat(), given, io);
  return manifestsOf(given.definition ?? {}, given, 'definition');
}

async function rendered(templates: readonly TemplateArg[], given: ManifestArgs, io: Pick<KubeReader, 'files'>): Promise<Manifests> {
  const objects: KubeObject[] = [];
  for (const template of templates) {
    const { path: name, newline_sequence: _, ...settings } = typeof template === 'string' ? { path: template } : template;
    const path = await io.files.find('templates', name);
    const text = await io.files.render(path, undefined, settings);
    if (text instanceof Unknown) return { until: text.until, why: `what ${name} comes to: ${text.why}` };
    const found = manifestsOf(text as Json, given, path);
    if (!('objects' in found)) return found;
    objects.push(...found.objects);
  }
  return { objects };
}

/** `from` names the text in messages. Arguments beside the definition fill in what it leaves out. */
export function manifestsOf(definition: Json, given: ManifestArgs, from: string): Manifests {
  const flat: Json[] = [];
  for (const part of Array.isArray(definition) ? (definition as readonly Json[]) : [definition]) {
    const documents = typeof part === 'string' ? parsed(part, from) : { values: [part] };
    if ('problem' in documents) return documents;
    flat.push(...documents.values.flatMap(flatten));
  }
  if (flat.length === 0) return { problem: `${from} holds no object` };
  const objects: KubeObject[] = [];
  for (const [index, value] of flat.entries()) {
    const where = flat.length === 1 ? from : `object ${index + 1} of ${from}`;
    const object = complete(value, given, index);
    const missing = typeof object === 'string' ? object : missingIn(object);
    if (missing !== undefined) return { problem: `${where} ${missing}` };
    const named = given.append_hash ? withHash(object as KubeObject) : (object as KubeObject);
    objects.push(withEncodedData(named));
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

function complete(value: Json, given: ManifestArgs, index: number): JsonObject | string {
  if (!isObject(value)) return 'is no mapping';
  const object = value as JsonObject;
  const metadata = isObject(object['metadata']) ? (object['metadata'] as JsonObject) : {};
  const { generateName = given.generate_name, ...known } = metadata;
  const name = metadata['name'] ?? given.name ?? generated(generateName, given, index) ?? '';
  const basis = generateName === undefined || name !== '' ? {} : { generateName };
  return {
    ...object,
    apiVersion: object['apiVersion'] ?? given.api_version,
    kind: object['kind'] ?? given.kind ?? '',
    metadata: { ...basis, ...known, name, ...namespaceOf(metadata, given) },
  };
}

/** As the API server makes it, but here: whoever applies has to know the name. */
const generated = (base: Json | undefined, { fresh }: ManifestArgs, index: number): string | undefined =>
  typeof base === 'string' && base !== '' && fresh !== undefined ? `${base}${configHash(`${fresh}/${index}`).slice(0, 5)}` : undefined;

const namespaceOf = (metadata: JsonObject, given: ManifestArgs): JsonObject => {
  const namespace = metadata['namespace'] ?? given.namespace;
  return namespace === undefined || namespace === null ? {} : { namespace };
};

function missingIn(object: JsonObject): string | undefined {
  const metadata = object['metadata'] as JsonObject;
  if (typeof object['kind'] !== 'string' || object['kind'] === '') return 'has no kind';
  if (typeof object['apiVersion'] !== 'string') return 'has an apiVersion that is no text';
  if (metadata['name'] === '' && metadata['generateName']) {
    return 'has only a generateName, which names nothing that is there: give it a name';
  }
  if (metadata['name'] === '') return 'has no metadata.name';
  if (typeof metadata['name'] !== 'string') return 'has a metadata.name that is no text: quote it';
  return undefined;
}

/** ConfigMaps and Secrets get another name with other content, as kubernetes.core makes it; stringData is not looked at. */
function withHash(object: KubeObject): KubeObject {
  const { kind, data = '', type = '', metadata } = object;
  if (object.apiVersion !== 'v1' || !['ConfigMap', 'Secret'].includes(kind)) return object;
  const hashed = { data: sorted(data as Json), kind, name: metadata.name, ...(kind === 'Secret' ? { type } : {}) };
  const ascii = JSON.stringify(hashed).replace(/[\u007f-\uffff]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
  return { ...object, metadata: { ...metadata, name: `${metadata.name}-${configHash(ascii)}` } } as KubeObject;
}

const sorted = (value: Json): Json =>
  isObject(value)
    ? Object.fromEntries(
        Object.keys(value)
          .sort()
          .map((key) => [key, sorted((value as JsonObject)[key] ?? null)]),
      )
    : value;

/** The API server turns stringData into data behind server-side apply's back, so that owners and removals get lost: done here instead. */
function withEncodedData(object: KubeObject): KubeObject {
  const { stringData, ...rest } = object;
  if (object.kind !== 'Secret' || object.apiVersion !== 'v1' || !isObject(stringData)) return object;
  const encoded = Object.entries(stringData as JsonObject).map(([key, value]) => [key, Buffer.from(String(value)).toString('base64')]);
  return { ...rest, data: { ...(rest['data'] as JsonObject | undefined), ...Object.fromEntries(encoded) } } as unknown as KubeObject;
}
