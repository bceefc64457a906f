/** A whole run: plays in order, their batches, sections and handlers, and what it all comes to. */
import type { Mode, Ports } from '../core/engine.ts';
import type { ExitCode, HostStats } from '../core/event.ts';
import type { Plan, Play } from '../core/plan.ts';
import type { HostName, TaskId } from '../core/value.ts';
import { batches } from './batches.ts';
import type { ReachDefaults } from './endpoint.ts';
import { LiveInventory } from './enlist.ts';
import { flushHandlers } from './flush.ts';
import { flat, Handlers } from './handlers.ts';
import { HostState } from './host-state.ts';
import { inOrder } from './order.ts';
import { Overlay } from './overlay.ts';
import type { BatchContext, RunContext, WithoutTime } from './run-context.ts';
import { type PlayView, type RunFacts, Scopes } from './scope.ts';
import { Slots } from './slots.ts';
import { Turns } from './turns.ts';
import { readVarsFiles } from './vars-files.ts';
import { walk } from './walk.ts';

export interface RunOptions {
  readonly plan: Plan;
  readonly mode: Mode;
  readonly ports: Ports;
  readonly facts: RunFacts;
  readonly playbooks: readonly string[];
  readonly reachDefaults?: ReachDefaults;
}

export async function run(options: RunOptions): Promise<ExitCode> {
  const { plan, mode, ports, facts } = options;
  const emit = (event: WithoutTime): void => ports.emit(ports.redactor.json({ ...event, at: ports.clock.now() }));
  const states = new Map<HostName, HostState>();
  for (const [name, host] of plan.inventory.hosts) states.set(name, new HostState(host));
  const context: RunContext = {
    plan,
    mode,
    ports,
    facts,
    reachDefaults: options.reachDefaults ?? {},
    states,
    scopes: new Scopes(plan, { ...facts, defaults: options.reachDefaults ?? {} }, states),
    inventory: new LiveInventory(plan.inventory),
    overlay: new Overlay(),
    slots: new Slots(facts.forks),
    turns: new Turns(),
    emit,
  };
  emit({ type: 'run.start', mode: mode.is, playbooks: options.playbooks });
  const seen = new Set<HostName>();
  for (const planned of plan.plays) {
    if (ports.stop.aborted) break;
    const play = withNewHosts(planned, context);
    for (const name of play.hosts) seen.add(name);
    if ((await runPlay(play, context)) === 'run') break;
  }
  const taken = [...states.values()].filter((state) => seen.has(state.host.name));
  owedHandlers(taken, context);
  const exitCode = exitCodeOf(taken, ports.stop.aborted);
  // as ansible-playbook: a host that nothing came to is in no recap
  const counted = taken.filter(({ stats }) => Object.values(stats).some((count) => count > 0));
  const stats: { [host: string]: HostStats } = Object.fromEntries(counted.map((state) => [state.host.name, state.stats]));
  emit({ type: 'run.end', exitCode, stats });
  return exitCode;
}

/** The hosts of a play, with those that earlier tasks put into its groups, without those a refreshed inventory no longer has; --limit keeps out only hosts the inventory had from the start. */
function withNewHosts(play: Play, { plan, inventory, ports, facts }: RunContext): Play {
  if (!inventory.grown || !ports.match || !play.pattern) return play;
  const meant = ports.match(play.pattern, inventory.now);
  const added = meant.filter((name) => !play.hosts.includes(name) && (facts.limit === undefined || !plan.inventory.hosts.has(name)));
  const kept = play.hosts.filter((name) => inventory.now.hosts.has(name));
  return { ...play, hosts: [...kept, ...added] };
}

function exitCodeOf(states: readonly HostState[], interrupted: boolean): ExitCode {
  if (interrupted) return 130;
  // as ansible-playbook: errors that meta: clear_host_errors took away count no more
  if (states.some((state) => state.standing === 'unreachable')) return 4;
  return states.some((state) => state.standing === 'failed') ? 2 : 0;
}

async function runPlay(play: Play, context: RunContext): Promise<BatchContext['ended']> {
  const live = inOrder(
    play.hosts.flatMap((name) => {
      const state = context.states.get(name);
      return state && (state.standing === 'in' || state.standing === 'ended') ? [state] : [];
    }),
    play.order,
  );
  for (const state of live) {
    state.standing = 'in';
    state.varsFiles = [];
    state.notified.clear();
    state.due.clear();
    state.forgetRoles();
  }
  context.emit({ type: 'play.start', play: play.name, hosts: live.map((state) => state.host.name) });
  if (typeof play.order === 'number') {
    const text = `order: shuffle with seed ${play.order}`;
    context.emit({ type: 'notice', severity: 'info', text, hint: `PB_SHUFFLE_SEED=${play.order} gives the same order again` });
  }
  for (const hosts of batches(live, play.serial)) {
    const batch = batchOf(play, hosts, context, live);
    await runBatch(hosts, batch);
    if (batch.ended === 'play' || batch.ended === 'run') return batch.ended;
    // As ansible-playbook: a batch in which every host is lost ends the run.
    if (hosts.length > 0 && hosts.every((state) => state.standing === 'failed' || state.standing === 'unreachable')) return 'run';
  }
  return 'no';
}

function batchOf(play: Play, hosts: readonly HostState[], context: RunContext, live: readonly HostState[]): BatchContext {
  const names = hosts.map((state) => state.host.name);
  const view: PlayView = {
    play,
    all: play.hosts,
    batch: names,
    shared: [],
    includedRoles: [],
    active() {
      const here = new Set(live.filter(({ standing }) => standing === 'in' || standing === 'left').map(({ host }) => host.name));
      return play.hosts.filter((name) => here.has(name));
    },
  };
  return { ...context, play, view, ended: 'no', handlers: new Handlers(play.handlers), throttles: new Map(), told: new Set() };
}

async function runBatch(hosts: readonly HostState[], batch: BatchContext): Promise<void> {
  const on = { batch, handler: false };
  const gather = batch.play.gather ? [[batch.play.gather]] : [];
  const broken = new Set<HostState>();
  await readVarsFiles(hosts, batch, false);
  for (const [index, section] of [...gather, ...batch.play.sections].entries()) {
    if (index === 1 && batch.play.gather) await readVarsFiles(hosts, batch, true);
    if (batch.play.strategy === 'linear') await walk(section, hosts, on);
    else {
      // Free: each host goes as fast as it can. host_pinned: at most `forks` hosts have begun and not ended.
      const pins = new Slots(batch.play.strategy === 'host_pinned' ? batch.facts.forks : Number.MAX_SAFE_INTEGER);
      await Promise.all(hosts.map((state) => pins.use(() => walk(section, [state], on))));
    }
    if (batch.play.forceHandlers) await forced(hosts, batch, broken);
    else if (batch.ended === 'no' && !batch.ports.stop.aborted) await flushHandlers(hosts, batch);
    if (batch.ended !== 'no') return;
  }
}

/** force_handlers: hosts that failed run what they owe too, and stay failed; those that failed in a handler (`broken`) are done. */
async function forced(hosts: readonly HostState[], batch: BatchContext, broken: Set<HostState>): Promise<void> {
  const failed = hosts.filter((state) => state.standing === 'failed' && !broken.has(state));
  const { ended } = batch;
  batch.ended = 'no';
  for (const state of failed) state.standing = 'in';
  await flushHandlers(hosts, batch);
  for (const state of hosts) if (state.standing === 'failed') broken.add(state);
  for (const state of failed) state.standing = 'failed';
  if (batch.ended === 'no') batch.ended = ended;
}

/** A failure must not make a notified handler vanish in silence. */
function owedHandlers(states: readonly HostState[], context: RunContext): void {
  const handlers = context.plan.plays.flatMap((play) => play.handlers.flatMap(flat));
  // A handler that came with an include is not in the plan: its id has to do.
  const nameOf = (id: TaskId): string => {
    const name = handlers.find((node) => node.id === id)?.name;
    return typeof name === 'string' ? name : id;
  };
  for (const state of states) {
    const owed = [...state.notified, ...[...state.due].map(nameOf)];
    if (owed.length === 0) continue;
    const names = owed.join(', ');
    context.emit({
      type: 'notice',
      severity: 'warning',
      text: `${state.host.name}: ${owed.length} notified handler(s) did not run: ${names}`,
      hint: 'run again with --force-handlers, or run them by hand',
    });
  }
}
