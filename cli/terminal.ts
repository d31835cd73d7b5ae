import { createInterface } from 'node:readline';
import { type Readable, Writable } from 'node:stream';
import { styleText } from 'node:util';
import promptHidden from '@inquirer/password';
import { BadInputError, NotDoneError } from './problem.ts';

/** Where a person or a script types and reads. Questions go to standard error, so that output can be piped. */
export interface Terminal {
  /** Whether there is somebody to ask. */
  readonly isInteractive: boolean;
  print(text: string): void;
  warn(text: string): void;
  /** Colours text for standard output, if that is a terminal and NO_COLOR is not set. */
  paint(style: Style, text: string): string;
  /** @throws NotDoneError if the person breaks off */
  ask(question: string): Promise<string>;
  /** The screen shows nothing of the answer, not even its length. @throws NotDoneError if the person breaks off */
  askHidden(question: string): Promise<string>;
  /** All of standard input. @throws BadInputError if it is longer than a secret can be */
  readAll(): Promise<string>;
}

type Style = 'bold' | 'dim' | 'green' | 'yellow' | 'red' | 'cyan';

/** The process's streams, or a test's. */
export interface Streams {
  readonly stdin: Readable & { readonly isTTY?: boolean };
  readonly stdout: Writable & { readonly isTTY?: boolean };
  readonly stderr: Writable;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Longest value of a secret. @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_limits.html (2026-11) */
const LONGEST_INPUT = 65_536;

/**
 * Opens the streams. A reader of standard output that goes away early, such as `head`, is no fault; nor is a terminal
 * that is closed, as what is under way has to be ended all the same.
 */
export function openTerminal({ stdin, stdout, stderr, env }: Streams): Terminal {
  for (const stream of [stdout, stderr]) stream.on('error', ignoreNobodyThere);
  const isColoured = stdout.isTTY === true && !env.NO_COLOR;
  return {
    isInteractive: stdin.isTTY === true,
    print: (text) => void stdout.write(`${text}\n`),
    warn: (text) => void stderr.write(`${text}\n`),
    paint: (style, text) => (isColoured ? styleText(style, text, { validateStream: false }) : text),
    ask: (question) => askVisibly(question, stdin, stderr),
    askHidden: (question) => askInSecret(question, stdin, stderr),
    readAll: () => readAll(stdin),
  };
}

function ignoreNobodyThere(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE' && error.code !== 'EIO') throw error;
}

async function askVisibly(question: string, input: Readable, output: Writable): Promise<string> {
  const lines = createInterface({ input, output, terminal: true, historySize: 0 });
  try {
    return await new Promise((resolve, reject) => {
      lines.once('SIGINT', reject);
      lines.once('close', reject);
      lines.question(`${question} `, resolve);
    });
  } catch {
    output.write('\n');
    throw brokenOff();
  } finally {
    lines.close();
  }
}

async function askInSecret(message: string, input: Readable, output: Writable): Promise<string> {
  const end = new AbortController();
  // The prompt itself never settles when the input ends, which pauses it like an answer does.
  const onPause = () => void setImmediate(() => end.abort());
  input.once('pause', onPause);
  try {
    const theme = { prefix: '', style: { maskedText: '', message: (text: string) => text } };
    return await promptHidden(
      { message, mask: false, toggleMask: false, theme },
      { input, output: openEnded(output), signal: end.signal },
    );
  } catch (error) {
    throw brokenOff(error);
  } finally {
    input.off('pause', onPause);
  }
}

/** The prompt ends its output with the first answer; the screen is needed further. */
function openEnded(output: Writable): Writable {
  return new Writable({ write: (chunk, encoding, done) => void output.write(chunk, encoding, done) });
}

function brokenOff(cause?: unknown): NotDoneError {
  return new NotDoneError('broken off: nothing was done', { cause });
}

async function readAll(input: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of input) {
    chunks.push(Buffer.from(chunk));
    length += chunk.length;
    if (length > LONGEST_INPUT) throw new BadInputError('standard input is longer than a secret can be');
  }
  return Buffer.concat(chunks).toString('utf8');
}
