/** What a Status of the API means for a manifest or a patch. */
import type { KubeStatus } from '../../core/kube.ts';
import type { Decision } from '../../core/module.ts';
import { isObject } from '../../core/value.ts';
import { failed } from '../define.ts';

interface Cause {
  readonly reason?: string;
  readonly message?: string;
  readonly field?: string;
}
interface Details {
  readonly kind?: string;
  readonly name?: string;
  readonly causes?: readonly Cause[];
}

const detailsOf = ({ details }: KubeStatus): Details => (isObject(details) ? (details as Details) : {});
const causesOf = (status: KubeStatus): readonly Cause[] => detailsOf(status).causes ?? [];

/** The namespace that does not exist, where that is the reason. */
export const missingNamespace = (status: KubeStatus): string | undefined => {
  const { kind, name } = detailsOf(status);
  return status.code === 404 && kind === 'namespaces' ? name : undefined;
};

export const isTerminating = (status: KubeStatus): boolean => causesOf(status).some(({ reason }) => reason === 'NamespaceTerminating');

/** Server-side apply says this inside a longer text, and with 500. */
const UNDECLARED = /\.?(\S+): field not declared in schema/g;

/** Another manager's fields, a field the schema does not have, a value it refuses: `what` names the object. */
export function refusedBy(status: KubeStatus, what: string): Decision<never> {
  const conflicts = causesOf(status).filter(({ reason }) => reason === 'FieldManagerConflict');
  if (conflicts.length > 0) {
    return failed(`${what}: ${conflicts.map(claimed).join('; ')}`, {
      code: 'conflict',
      hint: 'leave these fields out of the manifest, or take them over with force_conflicts: true',
    });
  }
  if (status.code === 409) {
    return failed(`${what}: ${status.message}`, { code: 'conflict', hint: 'it was changed since it was read; run again' });
  }
  const fields = causesOf(status).flatMap(({ field, message }) => (field && message ? [`${field}: ${message}`] : []));
  const undeclared = [...status.message.matchAll(UNDECLARED)].map(([, path]) => `${path}: field not declared in schema`);
  const said = undeclared.length > 0 ? undeclared : fields;
  const why = said.length > 0 ? said.join('; ') : status.message;
  return failed(`${what}: ${why} (${status.code}${status.reason ? ` ${status.reason}` : ''})`, {
    code: 'kube',
    ...(hintFor(status) ? { hint: hintFor(status) as string } : {}),
  });
}

/** `conflict with "kubectl-edit" using apps/v1` and `.spec.replicas`. */
function claimed({ message = '', field = '' }: Cause): string {
  const manager = /conflict with "([^"]+)"/.exec(message)?.[1] ?? message;
  return `${field.replace(/^\./, '')} belongs to ${manager}`;
}

function hintFor({ code, message }: KubeStatus): string | undefined {
  if (/not declared in schema|unknown field/.test(message)) {
    return 'the kind has no such field in this version: check its spelling and place (oc explain)';
  }
  if (/immutable|is forbidden: .*after creation/.test(message))
    return 'such fields cannot be changed; delete the object first if that is wanted';
  if (code === 403) return 'a quota or an admission rule of the cluster refuses it';
  return undefined;
}
