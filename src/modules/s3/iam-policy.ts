/** A policy of IAM's: looked at and decided on. Its document has versions, of which it keeps five at most. */
import type { Step } from '../../core/change.ts';
import type { Decision, StoreReader } from '../../core/module.ts';
import type { Json, JsonObject } from '../../core/value.ts';
import { change, failed, ok } from '../define.ts';
import { documentIn, iamStep, listIam, lookIam, policiesOf, textAt } from './iam.ts';
import { canonical, sameAs } from './policy.ts';
import { listAt } from './xml.ts';

const MOST_VERSIONS = 5;

/** null where there is none of the name. */
export type IamPolicyState = {
  readonly iam: {
    readonly arn: string;
    readonly policy: Json;
    /** Versions that are not in force, oldest first. */
    readonly old: readonly string[];
    /** Who has it: "user x", "group y", "role z". */
    readonly held: readonly string[];
  } | null;
};

export async function readIamPolicy(name: string, io: StoreReader): Promise<IamPolicyState> {
  const what = `look at the policy ${name}`;
  const known = (await policiesOf(io)).get(name);
  if (!known) return { iam: null };
  const { arn, version } = known;
  const params = { PolicyArn: arn };
  const [found, versions, holders] = await Promise.all([
    lookIam(io, { action: 'GetPolicyVersion', params: { ...params, VersionId: version }, what }),
    listIam(io, { action: 'ListPolicyVersions', params, list: 'Versions', what }),
    lookIam(io, { action: 'ListEntitiesForPolicy', params, what }),
  ]);
  const held = ['User', 'Group', 'Role'].flatMap((kind) =>
    listAt(holders, `Policy${kind}s`, 'member').map((one) => `${kind.toLowerCase()} ${textAt(one, `${kind}Name`)}`),
  );
  const others = (versions ?? []).map((one) => textAt(one, 'VersionId')).filter((id) => id !== version);
  return {
    iam: {
      arn,
      policy: documentIn(textAt(found, 'PolicyVersion', 'Document')),
      old: others.sort((a, b) => numberOf(a) - numberOf(b)),
      held,
    },
  };
}

interface Wanted {
  readonly name: string;
  readonly state: 'present' | 'absent';
  readonly policy?: JsonObject;
}

export function decideIamPolicy({ name, state, policy }: Wanted, { iam: now }: IamPolicyState): Decision<JsonObject> {
  const provides = [`policy/${name}`];
  const params = { PolicyArn: now?.arn ?? '' };
  const without = (versions: readonly string[]): readonly Step[] =>
    versions.map((VersionId) => iamStep('DeletePolicyVersion', { ...params, VersionId }));
  if (state === 'absent') {
    if (now === null) return ok({ name, state });
    if (now.held.length > 0) {
      const override = 'take it from them first; s3_user does that with the policies that a user shall have';
      return { is: 'refused', why: `the policy ${name} is attached to ${now.held.join(', ')}`, override };
    }
    const [first, ...more] = [...without(now.old), iamStep('DeletePolicy', params)];
    const steps = [first as Step, ...more] as const;
    return change({ op: 'delete', summary: `remove the policy ${name}`, before: canonical(now.policy), after: null, steps, provides });
  }
  if (policy === undefined) return failed('state present needs policy', { code: 'args' });
  const PolicyDocument = JSON.stringify(policy);
  const after = canonical(policy);
  if (now === null) {
    const steps = [iamStep('CreatePolicy', { PolicyName: name, PolicyDocument })] as const;
    return change({ op: 'create', summary: `make the policy ${name}`, before: null, after, steps, provides });
  }
  if (sameAs(now.policy, policy)) return ok({ name, arn: now.arn, policy: canonical(now.policy) });
  // Room for one more.
  const surplus = now.old.slice(0, Math.max(0, now.old.length + 2 - MOST_VERSIONS));
  const set = iamStep('CreatePolicyVersion', { ...params, PolicyDocument, SetAsDefault: 'true' });
  const [first, ...more] = [...without(surplus), set];
  const steps = [first as Step, ...more] as const;
  return change({ op: 'update', summary: `change the policy ${name}`, before: canonical(now.policy), after, steps, provides });
}

/** "v12" */
const numberOf = (version: string): number => Number(version.slice(1));
