/** How a task reaches registries: arguments that every registry module has, and the variable that podman, skopeo and oc-mirror know. */
import type { RegistryAccess } from '../core/registry.ts';
import type { JsonObject } from '../core/value.ts';

const KEYS = ['authfile', 'username', 'password', 'ca_file', 'insecure_registries', 'retries'] as const;

export function registryAccessOf(args: JsonObject, environment: { readonly [name: string]: string }): RegistryAccess {
  const given = KEYS.flatMap((key) => (args[key] === undefined || args[key] === null ? [] : [[key, args[key]] as const]));
  const authfile = environment['REGISTRY_AUTH_FILE'];
  return { ...(authfile ? { authfile } : {}), ...Object.fromEntries(given) };
}
