/**
 * One change at a time on a machine: hosts of the inventory that are the same machine (local ones, or one that tasks are delegated to) would
 * otherwise overwrite what each of them added to the same file.
 */
import type { Endpoint } from '../core/inventory.ts';
import { Slots } from './slots.ts';

export class Turns {
  readonly #machines = new Map<string, Machine>();

  of(name: string): Machine {
    const known = this.#machines.get(name) ?? new Machine();
    this.#machines.set(name, known);
    return known;
  }
}

export class Machine {
  /** How many changes have ended: what was read before the last of them may be old. */
  changes = 0;
  readonly #slots = new Slots(1);

  /** Resolves with what ends the turn. */
  async take(): Promise<() => void> {
    const giveBack = await this.#slots.take();
    return () => {
      this.changes++;
      giveBack();
    };
  }
}

/** A call's turn on the machine it changes; without one (a cluster, a registry) it is always the call's. */
export class Turn {
  readonly #machine: Machine | undefined;
  #seen = 0;
  #giveBack: (() => void) | undefined;
  #over = false;

  constructor(machine: Machine | undefined) {
    this.#machine = machine;
  }

  /** What is read from now on is the machine as it is now. */
  look(): void {
    this.#seen = this.#machine?.changes ?? 0;
  }

  /** Resolves once no other call changes the machine, with whether what was looked at still stands. */
  async begin(): Promise<boolean> {
    if (!this.#machine || this.#giveBack) return true;
    const giveBack = await this.#machine.take();
    if (this.#over) giveBack();
    else this.#giveBack = giveBack;
    return this.#machine.changes === this.#seen;
  }

  end(): void {
    this.#over = true;
    this.#giveBack?.();
  }
}

/** What names the machine behind an endpoint. */
export const machineOf = (endpoint: Endpoint): string => (endpoint.via === 'local' ? 'local' : `${endpoint.address}:${endpoint.port}`);
