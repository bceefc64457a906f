/** The live reporter for a terminal: the plain lines, and below them who is doing what. listr2 draws; it owns nothing. */
import { Listr } from 'listr2';
import type { Reporter, RunEvent } from '../core/event.ts';
import { Board } from './board.ts';
import { type LineOptions, LineReporter } from './lines.ts';

const REDRAW_MS = 250;
const MOMENT_MS = 150;

export class TtyReporter implements Reporter {
  readonly #lines: LineReporter;
  readonly #board = new Board();
  readonly #write: (text: string) => void;
  #text = '';
  #live: Live | undefined;
  #tail: Promise<void> = Promise.resolve();

  constructor(options: LineOptions) {
    this.#write = options.write;
    this.#lines = new LineReporter({
      ...options,
      write: (text) => {
        this.#text += text;
      },
    });
  }

  on(event: RunEvent): void {
    // Waits are told by the live view; the plain line would repeat them.
    if (event.type !== 'task.pending' && event.type !== 'task.retry') this.#lines.on(event);
    this.#board.note(event);
    if (this.#text) this.#flush();
    if (this.#board.busy) this.#show();
  }

  async close(): Promise<void> {
    this.#flush();
    await this.#tail;
  }

  #show(): void {
    if (this.#live) return;
    const live = new Live(this.#board);
    this.#live = live;
    this.#tail = this.#tail.then(() => live.start());
  }

  #flush(): void {
    const live = this.#live;
    const text = this.#text;
    this.#live = undefined;
    this.#text = '';
    this.#tail = this.#tail.then(async () => {
      await live?.end();
      if (text) this.#write(text);
    });
  }
}

/** One stretch of live view between two printed lines. What is over in a moment is not shown at all. */
class Live {
  readonly #board: Board;
  readonly #over: Promise<void>;
  #end: () => void = () => {};
  #soon: NodeJS.Timeout | undefined;
  #drawn: Promise<unknown> | undefined;

  constructor(board: Board) {
    this.#board = board;
    this.#over = new Promise((resolve) => {
      this.#end = resolve;
    });
  }

  start(): void {
    this.#soon = setTimeout(() => {
      this.#drawn = this.#draw();
    }, MOMENT_MS);
  }

  async end(): Promise<void> {
    clearTimeout(this.#soon);
    this.#end();
    await this.#drawn;
  }

  #draw(): Promise<unknown> {
    const text = (): string => this.#board.text(Date.now());
    const list = new Listr(
      [
        {
          title: text(),
          task: async (_, task) => {
            const timer = setInterval(() => {
              task.title = text();
            }, REDRAW_MS);
            await this.#over;
            clearInterval(timer);
          },
        },
      ],
      {
        renderer: 'default',
        rendererOptions: { clearOutput: true, formatOutput: 'truncate' },
        registerSignalListeners: false,
      },
    );
    return list.run();
  }
}
