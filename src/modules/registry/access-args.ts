/** How registries are reached: arguments that every registry module has. */
import { integer, listOf, optional, text } from '../define.ts';

/** The engine chooses the connection by these; modules only declare them. */
export const accessArgs = {
  authfile: optional(
    text(
      'Path of a containers auth.json or docker config.json; else REGISTRY_AUTH_FILE, then where podman and docker keep theirs. By host and path',
    ),
  ),
  ca_file: optional(text('Path of PEM certificates to trust besides the system’s')),
  insecure_registries: optional(
    listOf(text('host or host:port'), 'Registries whose certificate is not checked and that may speak plain HTTP; loopback always may'),
  ),
  retries: integer('How often a request is tried again after 429, 5xx or a lost connection', { default: 5, minimum: 0, maximum: 20 }),
};
