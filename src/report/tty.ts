/** The live reporter for a terminal: the plain lines, and below them who is doing what. listr2 draws; it owns nothing. */
import { Listr } from 'listr2';
import type { Reporter, RunEvent } from '../core/event.ts';
import { Board } from './board.ts';
import { type LineOptions, LineReporter } from './lines.ts';

const REDRAW_MS = 250;

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

/** One stretch of live view between two printed lines. */
class Live {
  readonly #board: Board;
  #finish: () => void = () => {};
  #done: Promise<unknown> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;

  constructor(board: Board) {
    this.#board = board;
  }

  start(): void {
    const finished = new Promise<void>((resolve) => {
      this.#finish = resolve;
    });
    const list = new Listr(
      [
        {
          title: this.#board.text(Date.now()),
          task: (_, task) => {
            const draw = (): void => {
              task.title = this.#board.text(Date.now());
            };
            draw();
            this.#timer = setInterval(draw, REDRAW_MS);
            return finished;
          },
        },
      ],
      {
        renderer: 'default',
        rendererOptions: { clearOutput: true, formatOutput: 'truncate' },
        registerSignalListeners: false,
      },
    );
    this.#done = list.run();
  }

  async end(): Promise<void> {
    clearInterval(this.#timer);
    this.#finish();
    await this.#done;
  }
}
