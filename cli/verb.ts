import type { Cloud } from './cloud.ts';
import type { Declared } from './declared.ts';
import type { Terminal } from './terminal.ts';

/** 0: done. 1: refused, failed, or `status --check` found something. 2: bad input, nothing was asked. */
export type ExitCode = 0 | 1 | 2;

/** Everything that can be typed after a verb; which of it a verb takes is in its table entry. */
export interface Options {
  /** Absent: what runs in the local cloud if that is asked, otherwise `rekey.config.ts`. */
  readonly config?: string;
  /** Absent: AWS. Empty: the local cloud of `.rekey/local.json`. Otherwise the local cloud's address. */
  readonly local?: string;
  readonly json?: boolean;
  readonly check?: boolean;
  readonly emergency?: boolean;
  readonly yes?: boolean;
  readonly all?: boolean;
  /** True unless `--no-proof` was typed. */
  readonly proof?: boolean;
  readonly readers?: boolean;
  readonly since?: string;
}

/** A parsed command line. */
export interface Input {
  readonly argument: string | undefined;
  readonly options: Options;
}

/** A wish to break off, for a verb that must not leave its work half done. */
export interface Interrupt {
  readonly signal: AbortSignal;
  /** From now on it ends the program at once again. */
  release(): void;
}

/** The world around a verb. */
export interface Host {
  readonly terminal: Terminal;
  readonly now: () => Date;
  /** Waits; the signal ends the wait and is no error. */
  readonly pause: (ms: number, signal?: AbortSignal) => Promise<void>;
  /** From now on a wish to break off, such as Ctrl-C, is told by the signal; a second one ends the program. */
  readonly catchInterrupt: () => Interrupt;
  /** Who asks, as audit events will name them. It is a claim; CloudTrail knows whose credentials asked. */
  readonly actor: string;
  /** Show where errors arose. */
  readonly debug: boolean;
  /** @throws BadInputError */
  readonly readDeclared: (options: Pick<Options, 'config' | 'local'>) => Promise<Declared>;
  /** @param local as in Options @throws BadInputError */
  readonly connect: (local: string | undefined) => Promise<Cloud>;
}

/** An option as commander writes it: `--since <span>`. */
export interface VerbOption {
  readonly flags: `--${string}`;
  readonly summary: string;
  readonly default?: string;
}

/** One thing that the CLI can do. Help, parsing and the test of `docs/cli.md` are made from these entries. */
export interface Verb {
  /** As typed, for example `manager put`. */
  readonly name: string;
  /** `<name>` must be given, `[name]` may be. */
  readonly argument: `<${string}>` | `[${string}]`;
  readonly argumentSummary: string;
  readonly summary: string;
  /** Beside those that every verb takes. */
  readonly options: readonly VerbOption[];
  /** What more an unknown option is answered with. */
  readonly optionHint?: string;
  readonly run: (input: Input, host: Host) => Promise<ExitCode>;
}
