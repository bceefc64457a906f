/** The machine as a whole: journalctl, reboot. */
import { type Live, ok, type Program } from './program.ts';
import { say } from './streams.ts';

/** The machine goes down with everything that runs on it. */
const reboot: Live = {
  names: ['reboot', 'shutdown'],
  async live(machine, process) {
    if (process.who.uid !== 0) {
      await say(
        process,
        'Failed to set wall message, ignoring: Interactive authentication required.\nFailed to reboot system via logind: Interactive authentication required.\n',
      );
      return 1;
    }
    machine.onReboot();
    return 0;
  },
};

export const machinePrograms: readonly Program[] = [{ names: ['journalctl'], run: () => ok('-- No entries --\n') }, reboot];
