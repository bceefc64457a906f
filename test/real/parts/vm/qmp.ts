import { connect, type Socket } from 'node:net';
import { createInterface } from 'node:readline';

/** qemu's control protocol: one JSON answer for each JSON command, events in between. */
export type Qmp = { run(command: string, args?: Record<string, unknown>): Promise<unknown>; close(): void };

/** Waits for the socket to answer, for qemu makes it shortly after its start. */
export async function openQmp(path: string, signal: AbortSignal): Promise<Qmp> {
  const socket = await connectWhenThere(path, signal);
  const waiting: Array<{ resolve(value: unknown): void; reject(error: Error): void }> = [];
  socket.on('error', () => {});
  socket.on('close', () => {
    for (const { reject } of waiting.splice(0)) reject(new Error('qemu has ended'));
  });
  createInterface({ input: socket }).on('line', (line) => {
    const message = JSON.parse(line) as { return?: unknown; error?: { desc: string } };
    if (message.error) waiting.shift()?.reject(new Error(message.error.desc));
    else if ('return' in message) waiting.shift()?.resolve(message.return);
  });
  const run: Qmp['run'] = (command, args) =>
    new Promise((resolve, reject) => {
      if (socket.destroyed) return reject(new Error('qemu has ended'));
      waiting.push({ resolve, reject });
      socket.write(`${JSON.stringify({ execute: command, arguments: args })}\n`);
    });
  await run('qmp_capabilities');
  return { run, close: () => socket.destroy() };
}

async function connectWhenThere(path: string, signal: AbortSignal): Promise<Socket> {
  for (;;) {
    signal.throwIfAborted();
    const socket = connect(path);
    const connected = await new Promise<boolean>((resolve) => {
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    });
    if (connected) return socket;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
