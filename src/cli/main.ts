/** Runs the command and turns what escapes it into a message and an exit code. */
import { type Command, CommanderError } from 'commander';
import { PbError } from '../core/diagnostic.ts';
import { plainFlags } from './flag-aliases.ts';
import { program } from './program.ts';

export async function main(argv: readonly string[], version: string): Promise<void> {
  const command = program(version);
  for (const one of family(command)) one.exitOverride();
  try {
    await command.parseAsync([...plainFlags(argv)]);
  } catch (error) {
    process.exitCode = tell(error, argv.includes('-vvv') || argv.includes('-vvvv'));
  }
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
