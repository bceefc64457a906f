/** A connection made with the first question, and again with each as long as the host cannot be reached: for looks that wait for the host. */
import type { HostConnection } from '../core/module.ts';

export function lateConnection(connect: () => Promise<HostConnection>): HostConnection {
  return {
    reader: {
      ask: async (probe, args) => (await connect()).reader.ask(probe, args),
      readFile: async (path) => (await connect()).reader.readFile(path),
    },
    close: async () => undefined,
  };
}
