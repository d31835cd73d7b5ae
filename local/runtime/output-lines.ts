import type { Readable } from 'node:stream';

type LineListener = (line: string) => void;

/**
 * The lines of one output of a process. After `endMark` arrived, everything that the process had written
 * before has been passed on as lines.
 */
export class OutputLines {
  readonly #endMark: string;
  readonly #onLine: LineListener;
  readonly #ended: Promise<void>;
  #text = '';
  #waiting: (() => void)[] = [];
  #marks = 0;

  constructor(stream: Readable, endMark: string, onLine: LineListener) {
    this.#endMark = endMark;
    this.#onLine = onLine;
    stream.setEncoding('utf8').on('data', (chunk: string) => this.#take(chunk));
    this.#ended = new Promise((resolve) => {
      stream.once('close', () => {
        this.#flush();
        resolve();
      });
    });
  }

  /** Resolves at the mark, or at the end of the output. Each mark counts for one call. */
  async upToMark(): Promise<void> {
    if (this.#marks > 0) {
      this.#marks -= 1;
      return;
    }
    await Promise.race([new Promise<void>((resolve) => this.#waiting.push(resolve)), this.#ended]);
  }

  async upToEnd(): Promise<void> {
    await this.#ended;
  }

  #take(chunk: string): void {
    this.#text += chunk;
    for (let at = this.#text.indexOf(this.#endMark); at !== -1; at = this.#text.indexOf(this.#endMark)) {
      const after = this.#text.slice(at + this.#endMark.length);
      this.#text = this.#text.slice(0, at);
      this.#flush();
      this.#text = after;
      this.#mark();
    }
    const lines = this.#text.split('\n');
    this.#text = lines.pop() ?? '';
    lines.forEach(this.#onLine);
  }

  #mark(): void {
    const waiting = this.#waiting.shift();
    if (waiting) waiting();
    else this.#marks += 1;
  }

  #flush(): void {
    const lines = this.#text.split('\n');
    if (lines.at(-1) === '') lines.pop();
    this.#text = '';
    lines.forEach(this.#onLine);
  }
}
