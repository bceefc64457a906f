/** What containers have said, and when: each line at the time at which the operators first told of it. */
import { EventEmitter, on, setMaxListeners } from 'node:events';
import type { PodOutputs } from '../kube/operators/index.ts';
import type { ContainerRef, LogHandler, LogLine } from '../kube/server/exec/handlers.ts';

export interface PodLogs {
  /** All containers that run, with their whole output until now. */
  tell(outputs: PodOutputs): void;
  read: LogHandler;
}

const ENDED = 'ended';

export function podLogs(now: () => Date = () => new Date()): PodLogs {
  const logs = new Map<string, LogLine[]>();
  const news = new EventEmitter<Record<string, [LogLine | typeof ENDED]>>();
  setMaxListeners(0, news);

  const append = (key: string, log: string): void => {
    const lines = logs.get(key) ?? [];
    logs.set(key, lines);
    const said = lines.reduce((length, { text }) => length + text.length, 0);
    for (const text of log.slice(said).match(/.*\n|.+$/g) ?? []) {
      const line = { at: now(), text };
      lines.push(line);
      news.emit(key, line);
    }
  };
  return {
    tell(outputs) {
      for (const [key, { log }] of Object.entries(outputs)) append(key, log);
      for (const key of logs.keys()) {
        if (key in outputs) continue;
        logs.delete(key);
        news.emit(key, ENDED);
      }
    },
    read({ namespace, pod, container }: ContainerRef) {
      const key = `${namespace}/${pod}/${container}`;
      const lines = logs.get(key);
      return lines && { lines: [...lines], more: (signal) => following(news, key, signal) };
    },
  };
}

async function* following(news: EventEmitter, key: string, signal: AbortSignal): AsyncIterable<LogLine> {
  try {
    for await (const [line] of on(news, key, { signal })) {
      if (line === ENDED) return;
      yield line as LogLine;
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
