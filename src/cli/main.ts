/** Runs the command and turns what escapes it into a message and an exit code. */
import { type Command, CommanderError } from 'commander';
import { PbError } from '../core/diagnostic.ts';
import { insteadOf } from './ansible-words.ts';
import { plainFlags } from './flag-aliases.ts';
import { program } from './program.ts';

/** What a shell reports of a program that SIGPIPE ended: 128 + 13. */
const BROKEN_PIPE = 141;

export async function main(argv: readonly string[], version: string): Promise<void> {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', readerGone);
  const command = program(version);
  for (const one of family(command)) one.exitOverride();
  try {
    await command.parseAsync([...plainFlags(argv)]);
  } catch (error) {
    process.exitCode = tell(error, argv.includes('-vvv') || argv.includes('-vvvv'));
    const instead = error instanceof CommanderError && process.exitCode !== 0 ? insteadOf(argv.slice(2)) : undefined;
    if (instead) process.stderr.write(`help: ${instead}\n`);
  }
}

let gone = false;

/** `pb … | head`, a terminal that has closed, a full disk: a run ends as when the line hangs up, what only prints is done. */
function readerGone({ code, message }: NodeJS.ErrnoException): void {
  if (gone) return;
  gone = true;
  const nobody = code === 'EPIPE' || code === 'EIO';
  const isRunning = process.emit('SIGHUP');
  if (isRunning || !nobody)
    process.stderr.write(`error: ${nobody ? 'nobody reads the output' : `the output cannot be written: ${message}`}\n`);
  if (!isRunning) process.exit(nobody ? BROKEN_PIPE : 1);
}

const family = (command: Command): readonly Command[] => [command, ...command.commands.flatMap(family)];

/** 1 for usage and loading, as documented; commander has already printed its own. */
function tell(error: unknown, trace: boolean): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 1;
  const message = error instanceof Error ? error.message : String(error);
  const known = error instanceof PbError;
  process.stderr.write(`${known ? 'error' : 'pb has a bug'}: ${message}\n`);
  if (known && error.hint) process.stderr.write(`help: ${error.hint}\n`);
  if (trace && error instanceof Error) process.stderr.write(`${error.stack ?? ''}\n`);
  return 1;
}
