/** What going from one rendered MachineConfig to another asks of a node. Pure. */
import type { MachineConfigSpec } from '../openshift-kinds.ts';
import { same } from '../toolkit/objects.ts';
import { defaultSearch, onlyAddsDigestMirrors, parseRegistries, registriesText } from './registries.ts';

export interface Effect {
  readonly drain: boolean;
  readonly reboot: boolean;
}

export const registriesPath = '/etc/containers/registries.conf';
export const policyPath = '/etc/containers/policy.json';
export const pullSecretPath = '/var/lib/kubelet/config.json';
export const userCaPath = '/etc/pki/ca-trust/source/anchors/openshift-config-user-ca-bundle.crt';
/** Taken over by a reload or a restart of a service, while pods stay. */
const calm: readonly string[] = [policyPath, pullSecretPath, userCaPath];

export const filesOf = (spec: MachineConfigSpec | undefined): ReadonlyMap<string, string> =>
  new Map((spec?.config?.storage?.files ?? []).map(({ path, contents }) => [path, contents?.source ?? '']));

/** Ignition's data URL. */
export const sourceOf = (text: string): string => `data:text/plain;charset=utf-8;base64,${Buffer.from(text).toString('base64')}`;
export const textOf = (source: string): string => Buffer.from(source.slice(source.indexOf(',') + 1), 'base64').toString('utf8');

/** `minor` is the 18 of 4.18: up to 4.6 every change rebooted. */
export function effectOf(before: MachineConfigSpec | undefined, after: MachineConfigSpec | undefined, minor: number): Effect {
  const old = filesOf(before);
  const now = filesOf(after);
  const changed = [...new Set([...old.keys(), ...now.keys()])].filter((path) => old.get(path) !== now.get(path));
  const reboot =
    !same(withoutFiles(before), withoutFiles(after)) ||
    changed.some((path) => path !== registriesPath && !calm.includes(path)) ||
    (minor <= 6 && changed.length > 0);
  const drain = reboot || (changed.includes(registriesPath) && !isSafe(old.get(registriesPath), now.get(registriesPath)));
  return { drain, reboot };
}

function withoutFiles(spec: MachineConfigSpec | undefined): unknown {
  const { config, ...rest } = spec ?? {};
  const { storage, ignition: _, ...parts } = config ?? {};
  const { files: _files, ...others } = storage ?? {};
  return { ...rest, config: { ...parts, storage: others } };
}

const plain = registriesText({ search: defaultSearch, registries: [] });
const isSafe = (before: string | undefined, after: string | undefined): boolean =>
  onlyAddsDigestMirrors(
    parseRegistries(before === undefined ? plain : textOf(before)),
    parseRegistries(after === undefined ? plain : textOf(after)),
  );
