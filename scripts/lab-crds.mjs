// Writes src/lab/openshift/crds.data.json: the OpenShift kinds that the lab serves from the beginning, from a folder of published CRDs
// (test/real/parts/kube/build.sh makes one). Descriptions are left out: they are two thirds of the text and the lab explains nothing.
// Usage: node scripts/lab-crds.mjs FOLDER
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';

const [folder] = process.argv.slice(2);
if (!folder) throw new Error('usage: node scripts/lab-crds.mjs FOLDER');

// A property may itself be called "description": there it is a name, not a text.
function bare(value, names = false) {
  if (Array.isArray(value)) return value.map((item) => bare(item));
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(([key, item]) => names || key !== 'description' || typeof item !== 'string');
  return Object.fromEntries(kept.map(([key, item]) => [key, bare(item, !names && key === 'properties')]));
}

// Every object has metadata; a schema that requires it says nothing.
function withoutMetadata(spec) {
  for (const { schema } of spec.versions) {
    const whole = schema.openAPIV3Schema;
    const required = (whole.required ?? []).filter((name) => name !== 'metadata');
    if (required.length > 0) whole.required = required;
    else delete whole.required;
  }
  return spec;
}

const crds = readdirSync(folder)
  .filter((name) => name.endsWith('.yaml'))
  .flatMap((name) => parseAllDocuments(readFileSync(join(folder, name), 'utf8')).map((document) => document.toJS()))
  .filter((object) => object?.kind === 'CustomResourceDefinition')
  // The operator's own: they appear when it is installed.
  .filter((crd) => crd.spec.group !== 'local.storage.openshift.io')
  .map(({ apiVersion, kind, metadata, spec }) => ({
    apiVersion,
    kind,
    metadata: { name: metadata.name },
    spec: withoutMetadata(bare(spec)),
  }))
  .sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
writeFileSync('src/lab/openshift/crds.data.json', `[\n${crds.map((crd) => JSON.stringify(crd)).join(',\n')}\n]\n`);
process.stdout.write(`${crds.length} kinds\n`);
