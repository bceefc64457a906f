/** ss: what listens on a host. */
import type { World } from '../world/types.ts';
import { type Call, fail, getopt, ok, type Program, type Result } from './program.ts';

/** Who listens while its unit is active. */
const PORTS = [
  { unit: 'sshd.service', port: 22, at: '0.0.0.0', process: 'sshd' },
  { unit: 'kubelet.service', port: 10250, at: '*', process: 'kubelet' },
  { unit: 'kubelet.service', port: 10248, at: '127.0.0.1', process: 'kubelet' },
] as const;

const listening = ({ units }: World): readonly (typeof PORTS)[number][] =>
  PORTS.filter(({ unit }) => units.some(({ name, active }) => name === unit && active === 'active'));

function ss(args: readonly string[], { context }: Call): Result {
  const { flags, unknown } = getopt(args, {
    short: 'tlnpauH4',
    long: { tcp: 't', listening: 'l', numeric: 'n', processes: 'p', all: 'a', udp: 'u', 'no-header': 'H', ipv4: '4' },
  });
  if (unknown) return fail(`ss: ${unknown}`, 255);
  const head = flags.has('H') ? '' : `State  Recv-Q Send-Q Local Address:Port  Peer Address:Port${flags.has('p') ? 'Process' : ''}\n`;
  const listens = flags.has('l') || flags.has('a') ? listening(context.world) : [];
  const rows = listens.map(
    ({ at, port, process }) =>
      `LISTEN 0      128    ${`${at}:${port}`.padStart(18)}  ${(at === '*' ? '*:*' : '0.0.0.0:*').padStart(17)}${flags.has('p') && context.who.uid === 0 ? ` users:(("${process}",pid=1200,fd=3))` : ''}\n`,
  );
  return ok(`${head}${flags.has('u') && !flags.has('t') ? '' : rows.join('')}`);
}

export const ssProgram: Program = { names: ['ss'], run: ss };
