/** The command line of the bench. */
import { parseArgs } from 'node:util';

export const PEERS = ['ansible', 'mitogen', 'pyinfra', 'fabric', 'asyncssh', 'kubectl', 'skopeo'] as const;

export interface Options {
  /** Fewer hosts, one round, no slow peers. */
  readonly quick: boolean;
  /** Ids of workloads; none: all. */
  readonly only: readonly string[];
  readonly peers: readonly string[];
  readonly rounds: number;
  /** Where the outcomes go as JSON too. */
  readonly json?: string;
}

export const USAGE = `npm run bench -- [--quick] [--only W1,W4] [--peers none|${PEERS.join(',')}] [--rounds N] [--json FILE]`;

/** Throws with the usage for anything it does not know. */
export function optionsOf(argv: readonly string[]): Options {
  const flags = { quick: { type: 'boolean' }, only: { type: 'string' }, peers: { type: 'string' }, rounds: { type: 'string' } } as const;
  const { values } = parseArgs({ args: [...argv], options: { ...flags, json: { type: 'string' } } });
  const quick = values.quick ?? false;
  const all = quick ? PEERS.filter((peer) => peer !== 'ansible' && peer !== 'mitogen') : PEERS;
  const peers = values.peers === undefined ? all : words(values.peers).filter((peer) => peer !== 'none');
  const unknown = peers.find((peer) => !(PEERS as readonly string[]).includes(peer));
  if (unknown !== undefined) throw new Error(`there is no peer "${unknown}"; ${USAGE}`);
  const rounds = Number(values.rounds ?? (quick ? 1 : 3));
  if (!Number.isInteger(rounds) || rounds < 1) throw new Error(`--rounds takes a whole number; ${USAGE}`);
  return { quick, only: words(values.only ?? ''), peers, rounds, ...(values.json === undefined ? {} : { json: values.json }) };
}

const words = (text: string): readonly string[] => text.split(',').filter((word) => word !== '');
