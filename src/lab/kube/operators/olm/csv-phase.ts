/** How a ClusterServiceVersion goes from phase to phase. Pure. */
import type { CsvSpec, OperatorGroup } from '../kinds.ts';

export interface CsvSituation {
  readonly groups: readonly OperatorGroup[];
  /** Requirements were looked at, and the owned CRDs that are not established. */
  readonly checked: boolean;
  readonly missing: readonly string[];
  /** Its deployments, and those that are not available yet. */
  readonly created: boolean;
  readonly unready: readonly string[];
  /** Installing for longer than five minutes. */
  readonly timedOut: boolean;
}

export interface CsvPhase {
  readonly phase: 'Pending' | 'InstallReady' | 'Installing' | 'Succeeded' | 'Failed';
  readonly reason: string;
  readonly message: string;
}

export function nextPhase(now: CsvPhase | undefined, spec: CsvSpec, situation: CsvSituation): CsvPhase {
  const group = groupTrouble(spec, situation.groups);
  if (group) return { phase: 'Failed', ...group };
  const isGroupTrouble = ['NoOperatorGroup', 'TooManyOperatorGroups', 'UnsupportedOperatorGroup'].includes(now?.reason ?? '');
  if (!now?.phase || (now.phase === 'Failed' && isGroupTrouble)) return unchecked;
  switch (now.phase) {
    case 'Pending':
      if (!situation.checked) return now;
      return situation.missing.length > 0
        ? { phase: 'Pending', reason: 'RequirementsNotMet', message: "one or more requirements couldn't be found" }
        : { phase: 'InstallReady', reason: 'AllRequirementsMet', message: 'all requirements found, attempting install' };
    case 'InstallReady':
      return situation.created ? waitingForHealth : now;
    case 'Installing':
      if (situation.unready.length === 0) return succeeded;
      if (situation.timedOut) return { phase: 'Failed', reason: 'InstallCheckFailed', message: 'install timeout' };
      return {
        phase: 'Installing',
        reason: 'InstallWaiting',
        message: `installing: waiting for deployment ${situation.unready[0]} to become ready: deployment "${situation.unready[0]}" not available: Deployment does not have minimum availability.`,
      };
    case 'Succeeded':
      if (situation.missing.length > 0) return { phase: 'Pending', reason: 'RequirementsNotMet', message: 'requirements no longer met' };
      if (situation.unready.length === 0) return now;
      return {
        phase: 'Failed',
        reason: 'ComponentUnhealthy',
        message: `installing: waiting for deployment ${situation.unready[0]} to become ready`,
      };
    case 'Failed':
      if (now.reason === 'InstallCheckFailed')
        return situation.unready.length === 0
          ? succeeded
          : { phase: 'Pending', reason: 'NeedsReinstall', message: 'installing: install timeout' };
      return now.reason === 'ComponentUnhealthy' ? { phase: 'Pending', reason: 'NeedsReinstall', message: now.message } : now;
  }
}

const unchecked: CsvPhase = { phase: 'Pending', reason: 'RequirementsUnknown', message: 'requirements not yet checked' };
const waitingForHealth: CsvPhase = {
  phase: 'Installing',
  reason: 'InstallSucceeded',
  message: 'waiting for install components to report healthy',
};
const succeeded: CsvPhase = { phase: 'Succeeded', reason: 'InstallSucceeded', message: 'install strategy completed with no errors' };

function groupTrouble(spec: CsvSpec, groups: readonly OperatorGroup[]): { reason: string; message: string } | undefined {
  const [group] = groups;
  if (!group) return { reason: 'NoOperatorGroup', message: 'csv in namespace with no operatorgroups' };
  if (groups.length > 1) {
    return {
      reason: 'TooManyOperatorGroups',
      message: "csv created in namespace with multiple operatorgroups, can't pick one automatically",
    };
  }
  const targets = group.spec?.targetNamespaces ?? [];
  const own = targets.length === 1 && targets[0] === group.metadata.namespace;
  const mode = targets.length === 0 ? 'AllNamespaces' : targets.length > 1 ? 'MultiNamespace' : own ? 'OwnNamespace' : 'SingleNamespace';
  if (spec.installModes.some((one) => one.type === mode && one.supported)) return undefined;
  const what = {
    AllNamespaces: 'watch all namespaces',
    MultiNamespace: 'watch multiple namespaces',
    OwnNamespace: 'watch own namespace',
    SingleNamespace: 'watch a single namespace',
  }[mode];
  return { reason: 'UnsupportedOperatorGroup', message: `${mode} InstallModeType not supported, cannot configure to ${what}` };
}
