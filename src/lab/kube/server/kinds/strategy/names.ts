/** Rules for names, labels and annotations, in apimachinery's words. */
import { type Cause, forbiddenField, invalidValue } from '../../http/status.ts';
import { dict, type Meta, same, text } from '../../json.ts';

const label = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const subdomain = `${label}(\\.${label})*`;
const qualified = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]';

const subdomainText = `a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '${subdomain}')`;
const labelText = `a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '${label}')`;
const keyText = `name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '${qualified}')`;
const valueText = `a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(${qualified})?')`;

const whole = (pattern: string): RegExp => new RegExp(`^(?:${pattern})$`);
const isSubdomain = whole(subdomain);
const isLabel = whole(label);
const isQualified = whole(qualified);
const isValue = whole(`(${qualified})?`);

export function subdomainCauses(name: string, field = 'metadata.name'): Cause[] {
  if (name.length > 253) return [invalidValue(field, name, 'must be no more than 253 characters')];
  return isSubdomain.test(name) ? [] : [invalidValue(field, name, subdomainText)];
}

export function labelCauses(name: string, field = 'metadata.name'): Cause[] {
  const causes: Cause[] = [];
  if (name.includes('.') && isSubdomain.test(name)) return [invalidValue(field, name, 'must not contain dots')];
  if (name.length > 63) causes.push(invalidValue(field, name, 'must be no more than 63 characters'));
  else if (!isLabel.test(name)) causes.push(invalidValue(field, name, labelText));
  return causes;
}

/** RBAC's names may hold colons. */
export const pathSegmentCauses = (name: string, field = 'metadata.name'): Cause[] =>
  /[/%]/.test(name)
    ? [invalidValue(field, name, `may not contain '${name.includes('/') ? '/' : '%'}'`)]
    : name === '.' || name === '..'
      ? [invalidValue(field, name, `may not be '${name}'`)]
      : [];

export function keyCauses(key: string, field: string): Cause[] {
  const slash = key.indexOf('/');
  const [prefix, name] = slash < 0 ? [undefined, key] : [key.slice(0, slash), key.slice(slash + 1)];
  const causes: Cause[] = [];
  if (prefix !== undefined && !isSubdomain.test(prefix))
    causes.push(invalidValue(field, key, `prefix part ${prefix === '' ? 'must be non-empty' : subdomainText}`));
  if (name === '') causes.push(invalidValue(field, key, 'name part must be non-empty'));
  else if (name.length > 63) causes.push(invalidValue(field, key, 'name part must be no more than 63 characters'));
  if (!isQualified.test(name)) causes.push(invalidValue(field, key, keyText));
  return causes;
}

export function labelsCauses(labels: unknown, field: string): Cause[] {
  return Object.entries(dict(labels)).flatMap(([key, one]) => {
    const value = text(one);
    const causes = keyCauses(key, field);
    if (value.length > 63) causes.push(invalidValue(field, value, 'must be no more than 63 characters'));
    else if (!isValue.test(value)) causes.push(invalidValue(field, value, valueText));
    return causes;
  });
}

/** What every kind's metadata must be. */
export function metaCauses(meta: Meta, live: Meta | undefined): Cause[] {
  const causes = [
    ...labelsCauses(meta.labels, 'metadata.labels'),
    ...Object.keys(dict(meta.annotations)).flatMap((key) =>
      keyCauses(key.toLowerCase() === key ? key : key.toLowerCase(), 'metadata.annotations'),
    ),
    ...ownerCauses(meta),
  ];
  if (live && meta.uid !== live.uid) {
    const cause = invalidValue('metadata.uid', meta.uid, 'field is immutable');
    causes.push(cause, cause);
  }
  if (live?.deletionTimestamp) {
    const added = (meta.finalizers ?? []).filter((one) => !live.finalizers?.includes(one));
    const words = `no new finalizers can be added if the object is being deleted, found new finalizers []string{${added.map((one) => JSON.stringify(one)).join(', ')}}`;
    const cause = forbiddenField('metadata.finalizers', words);
    if (added.length > 0) causes.push(cause, cause);
  }
  return causes;
}

function ownerCauses(meta: Meta): Cause[] {
  const field = 'metadata.ownerReferences';
  const controllers = (meta.ownerReferences ?? []).filter((one) => one.controller);
  const causes = (meta.ownerReferences ?? []).flatMap((owner) => [
    ...(owner.apiVersion ? [] : [invalidValue(`${field}.apiVersion`, owner.apiVersion ?? '', 'version must not be empty')]),
    ...(owner.kind ? [] : [invalidValue(`${field}.kind`, owner.kind ?? '', 'must not be empty')]),
    ...(owner.name ? [] : [invalidValue(`${field}.name`, owner.name ?? '', 'must not be empty')]),
    ...(owner.uid ? [] : [invalidValue(`${field}.uid`, owner.uid ?? '', 'must not be empty')]),
  ]);
  if (controllers.length > 1) {
    const [one, two] = controllers.map((owner) => `${owner.kind}/${owner.name}`);
    causes.push(
      invalidValue(
        field,
        meta.ownerReferences,
        `Only one reference can have Controller set to true. Found "true" in references for ${one} and ${two}`,
      ),
    );
  }
  return causes;
}

/** A field that may not change. */
export const immutable = (field: string, now: unknown, before: unknown): Cause[] =>
  same(now, before) ? [] : [invalidValue(field, now, 'field is immutable')];

export const standardFinalizers = ['foregroundDeletion', 'orphan', 'kubernetes'];

/** Built-in kinds take finalizers of a domain only, besides the standard ones. */
export const finalizerCauses = ({ finalizers = [] }: Meta): Cause[] =>
  finalizers.flatMap((name, index) =>
    name.includes('/') || standardFinalizers.includes(name)
      ? []
      : [invalidValue(`metadata.finalizers[${index}]`, name, 'name is neither a standard finalizer name nor is it fully qualified')],
  );
