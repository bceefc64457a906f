/** Custom resource definitions: what they make the server serve, what they get as defaults and status, and what is refused in them. */

import { type Cause, invalidValue, notSupported, required } from '../http/status.ts';
import { at, type Dict, dict, dicts, list, number, type Obj, text, texts, timestamp } from '../json.ts';
import { ruleTextCauses } from '../rules/definition.ts';
import { builtinTypes, metaType, type Schema } from '../schema/schema.ts';
import { byPreference, type Column, type Resource, type Subresource } from './resource.ts';

const verbs = ['delete', 'deletecollection', 'get', 'list', 'patch', 'create', 'update', 'watch'];
const partVerbs = ['get', 'patch', 'update'];
const ageColumn: Column = {
  ...{ name: 'Age', type: 'date', format: '', priority: 0, jsonPath: '.metadata.creationTimestamp' },
  description: text((builtinTypes[metaType]?.properties?.['creationTimestamp'] as Dict | undefined)?.['description']),
};

export const isEstablished = (definition: Obj): boolean =>
  dicts(at(definition, 'status', 'conditions')).some((one) => one['type'] === 'Established' && one['status'] === 'True');

/** The resources of an established definition, one for each served version, the stored one first. */
export function customResources(definition: Obj): Resource[] {
  if (!isEstablished(definition)) return [];
  const spec = dict(definition['spec']);
  const names = dict(at(definition, 'status', 'acceptedNames'));
  const versions = dicts(spec['versions']).filter((one) => one['served'] === true);
  versions.sort((a, b) => Number(b['storage'] === true) - Number(a['storage'] === true));
  return versions.map((version): Resource => {
    const kind = text(names['kind']);
    const parts = dict(version['subresources']);
    const scale = dict(parts['scale']);
    const subresources: Subresource[] = [
      ...(parts['status'] ? [{ name: 'status', kind, verbs: partVerbs }] : []),
      ...(parts['scale'] ? [{ name: 'scale', kind: 'Scale', verbs: partVerbs, group: 'autoscaling', version: 'v1' }] : []),
    ];
    return {
      ...{ group: text(spec['group']), version: text(version['name']), plural: text(names['plural']), singular: text(names['singular']) },
      ...{ kind, listKind: text(names['listKind']), namespaced: spec['scope'] === 'Namespaced', verbs },
      ...{ shortNames: texts(names['shortNames']), categories: texts(names['categories']), subresources },
      bucket: `${text(spec['group'])}/${text(names['plural'])}`,
      schema: dict(at(version, 'schema', 'openAPIV3Schema')) as Schema,
      custom: true,
      columns: columnsOf(version),
      selectableFields: dicts(version['selectableFields']).map((one) => text(one['jsonPath'])),
      scale: parts['scale']
        ? {
            spec: text(scale['specReplicasPath']),
            status: text(scale['statusReplicasPath']),
            selector: text(scale['labelSelectorPath']) || undefined,
          }
        : undefined,
      deprecation: deprecationOf(version, { group: text(spec['group']), kind, versions }),
    };
  });
}

/** What a request for a version that will go is warned with: it names the version to use. */
function deprecationOf(
  version: Dict,
  { group, kind, versions }: { readonly group: string; readonly kind: string; readonly versions: readonly Dict[] },
): string | undefined {
  if (version['deprecated'] !== true) return undefined;
  const named = text(version['deprecationWarning']);
  if (named) return named;
  const [better] = versions.filter((one) => one['deprecated'] !== true).sort((a, b) => byPreference(text(a['name']), text(b['name'])));
  return `${group}/${text(version['name'])} ${kind} is deprecated${better ? `; use ${group}/${text(better['name'])} ${kind}` : ''}`;
}

function columnsOf(version: Dict): Column[] {
  const own = dicts(version['additionalPrinterColumns']);
  if (own.length === 0) return [ageColumn];
  return own.map((one) => ({
    ...{
      name: text(one['name']),
      type: text(one['type']),
      format: text(one['format']),
      priority: number(one['priority']),
      jsonPath: text(one['jsonPath']),
    },
    description: text(one['description']) || `Custom resource definition column (in JSONPath format): ${text(one['jsonPath'])}`,
  }));
}

/** Names that may be left out, and the conversion. */
export function defaultDefinition(object: Dict): void {
  const spec = dict(object['spec']);
  const names = dict(spec['names']);
  const kind = text(names['kind']);
  if (kind && !names['singular']) names['singular'] = kind.toLowerCase();
  if (kind && !names['listKind']) names['listKind'] = `${kind}List`;
  if (spec['conversion'] === undefined && Object.keys(spec).length > 0) spec['conversion'] = { strategy: 'None' };
}

/** A definition's status once it is accepted: at once, as nothing else has to agree here. */
export function acceptDefinition(object: Obj, now: Date): void {
  const spec = dict(object['spec']);
  const stored = dicts(spec['versions']).filter((one) => one['storage'] === true);
  const earlier = texts(at(object, 'status', 'storedVersions'));
  const times = dicts(at(object, 'status', 'conditions'));
  const since = (type: string): string => text(times.find((one) => one['type'] === type)?.['lastTransitionTime']) || timestamp(now);
  object['status'] = {
    conditions: [
      {
        type: 'NamesAccepted',
        status: 'True',
        lastTransitionTime: since('NamesAccepted'),
        reason: 'NoConflicts',
        message: 'no conflicts found',
      },
      {
        ...{ type: 'Established', status: 'True', lastTransitionTime: since('Established'), reason: 'InitialNamesAccepted' },
        message: 'the initial names have been accepted',
      },
    ],
    acceptedNames: { ...dict(spec['names']) },
    storedVersions: [...new Set([...earlier, ...stored.map((one) => text(one['name']))])],
  };
}

export function definitionCauses(object: Obj): Cause[] {
  const spec = dict(object['spec']);
  const names = dict(spec['names']);
  const causes: Cause[] = [];
  if (object.metadata.name !== `${text(names['plural'])}.${text(spec['group'])}`) {
    causes.push(invalidValue('metadata.name', object.metadata.name, 'must be spec.names.plural+"."+spec.group'));
  }
  if (!text(spec['group'])) causes.push(required('spec.group'));
  if (!['Cluster', 'Namespaced'].includes(text(spec['scope']))) {
    causes.push(
      spec['scope'] === undefined ? required('spec.scope') : notSupported('spec.scope', spec['scope'], ['Cluster', 'Namespaced']),
    );
  }
  const versions = dicts(spec['versions']);
  versions.forEach((version, index) => {
    const schema = at(version, 'schema', 'openAPIV3Schema');
    const field = `spec.versions[${index}].schema.openAPIV3Schema`;
    if (schema === undefined) causes.push(required(field));
    else causes.push(...structuralCauses(dict(schema), versions.length === 1 ? 'spec.validation.openAPIV3Schema' : field, true));
  });
  if (versions.filter((one) => one['storage'] === true).length !== 1) {
    causes.push(invalidValue('spec.versions', versions.map(goVersion), 'must have exactly one version marked as storage version'));
    causes.push(invalidValue('status.storedVersions', null, 'must have at least one stored version'));
  }
  return causes;
}

/** A version as Go prints it: a schema shared by all versions has moved to the top by then. */
const goVersion = (version: Dict): Dict => ({
  ...{
    Name: version['name'],
    Served: version['served'] ?? false,
    Storage: version['storage'] ?? false,
    Deprecated: false,
    DeprecationWarning: null,
  },
  ...{ Schema: null, Subresources: null, AdditionalPrinterColumns: null, SelectableFields: null },
});

/** Structural schemas name the type of everything. */
function structuralCauses(schema: Dict, field: string, isRoot: boolean): Cause[] {
  const causes: Cause[] = [];
  const free = schema['x-kubernetes-preserve-unknown-fields'] === true || schema['x-kubernetes-int-or-string'] === true;
  if (!schema['type'] && (isRoot || !free)) {
    causes.push(
      required(
        `${field}.type`,
        isRoot
          ? 'must not be empty at the root'
          : `must not be empty for specified ${field.endsWith('.items') ? 'array items' : 'object fields'}`,
      ),
    );
  }
  for (const [name, one] of Object.entries(dict(schema['properties'])))
    causes.push(...structuralCauses(dict(one), `${field}.properties[${name}]`, false));
  causes.push(...ruleTextCauses(schema, field, isRoot));
  const { items, additionalProperties } = schema;
  if (items) causes.push(...structuralCauses(dict(items), `${field}.items`, false));
  if (list(additionalProperties).length === 0 && typeof additionalProperties === 'object') {
    causes.push(...structuralCauses(dict(additionalProperties), `${field}.additionalProperties`, false));
  }
  return causes;
}
