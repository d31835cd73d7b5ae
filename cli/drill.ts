import type { KeyStatus } from '../lambda/operate-protocol.ts';
import type { DeclaredAccount } from './declared.ts';
import { lookAt, waitUntil } from './key-watch.ts';
import { NotDoneError } from './problem.ts';
import { resumeKey } from './resumption.ts';
import { isStopped, leftOver, type StopTools, stopAccount } from './stopping.ts';

/** What a drill on one account has come to. Times are seconds; one that is missing was not measured. */
export interface DrillResult {
  /** Names of the keys that took part. */
  readonly keys: readonly string[];
  /** From the order until the function said that the exchange has deleted every key. */
  readonly revokedSeconds?: number;
  /** From the order until reconcile had proven every key dead. */
  readonly provenSeconds?: number;
  /** From the first resumption until every key was in use again. */
  readonly currentSeconds?: number;
  /** What was not as it should be, a sentence each; empty if all went well. */
  readonly problems: readonly string[];
}

/** What a drill works with. */
export interface DrillTools extends StopTools {
  /** Ends the drill early; its keys are resumed all the same. */
  readonly signal: AbortSignal;
  /** Whether to wait until reconcile has proven the keys dead. */
  readonly isToBeProven: boolean;
  /** Told what goes on, a line each. */
  readonly tell: (line: string) => void;
}

type Times = Pick<DrillResult, 'revokedSeconds' | 'provenSeconds' | 'currentSeconds'>;

/** Reconcile runs every five minutes. */
const PROOF_MS = 6 * 60_000;
/** A rotation takes seconds; at an exchange that activates keys late, minutes. */
const ROTATION_MS = 6 * 60_000;

/** A drill on one account, to be run once. */
export class Drill {
  readonly #account: DeclaredAccount;
  readonly #tools: DrillTools;
  readonly #problems: string[] = [];

  constructor(account: DeclaredAccount, tools: DrillTools) {
    this.#account = account;
    this.#tools = tools;
  }

  /**
   * Stops the drill keys, takes the time, and resumes them, whatever happened meanwhile. A key that is not in use
   * before is left alone: somebody may have stopped it for good.
   */
  async run(): Promise<DrillResult> {
    const idsBefore = await this.#findKeys();
    const keys = [...idsBefore.keys()];
    if (keys.length === 0 || this.#tools.signal.aborted) return { keys: [], problems: this.#problems };
    let times: Times = {};
    try {
      times = await this.#stop(keys);
    } finally {
      times = { ...times, ...(await this.#resume(idsBefore)) };
    }
    return { keys, ...times, problems: this.#problems };
  }

  /** The drill keys that are in use, each with the ID of its key. */
  async #findKeys(): Promise<ReadonlyMap<string, string | undefined>> {
    const found = new Map<string, string | undefined>();
    const seen = await this.#look();
    for (const { name } of seen ? this.#account.keys.filter(({ drill }) => drill) : []) {
      const key = seen?.find((candidate) => candidate.key === name);
      if (key?.state === 'Current' || key?.state === 'Overdue') found.set(name, key.keyId);
      else this.#problems.push(`${name} took no part: it is ${key?.state ?? 'NotDeployed'}, not in use`);
    }
    return found;
  }

  async #look(): Promise<readonly KeyStatus[] | undefined> {
    try {
      return await lookAt(this.#account.name, this.#tools);
    } catch (error) {
      if (!(error instanceof NotDoneError)) throw error;
      this.#problems.push(`nothing was stopped: ${error.message}`);
      return undefined;
    }
  }

  async #stop(keys: readonly string[]): Promise<Times> {
    const account = this.#account.name;
    const { tell, isToBeProven } = this.#tools;
    tell(`${account}: stopping ${keys.join(', ')}; resumed at the end, also after Ctrl-C`);
    const since = this.#stopwatch();
    const stopping = await stopAccount({ account, keys, reason: 'Drill' }, this.#tools);
    if (!isStopped(stopping)) {
      this.#problems.push(stopping.failure ?? `may still live: ${leftOver(stopping).join(', ')}`);
      return {};
    }
    const revokedSeconds = since();
    if (!isToBeProven) return { revokedSeconds };
    tell(`${account}: waiting for reconcile to prove it, ${PROOF_MS / 60_000} minutes at most`);
    const fits = ({ state, retiring }: KeyStatus) => state === 'Stopped' && retiring.length === 0;
    if (await this.#waits(keys, fits, PROOF_MS)) return { revokedSeconds, provenSeconds: since() };
    this.#problems.push(this.#unseen('the proof that every key is dead'));
    return { revokedSeconds };
  }

  async #resume(idsBefore: ReadonlyMap<string, string | undefined>): Promise<Times> {
    const account = this.#account.name;
    const keys = [...idsBefore.keys()];
    this.#tools.tell(`${account}: resuming ${keys.join(', ')}`);
    const since = this.#stopwatch();
    const before = this.#problems.length;
    for (const key of keys) {
      const failure = await resumeKey(account, key, this.#tools);
      const again = `npm run rekey -- resume ${account}/${key}`;
      if (failure !== undefined) this.#problems.push(`${key} may still be stopped: ${failure}; ${again}`);
    }
    if (this.#problems.length > before) return {};
    // The exchange's list may show the dead key for a while: only another one is the new one.
    const fits = (key: KeyStatus) => key.state === 'Current' && key.keyId !== idsBefore.get(key.key);
    if (await this.#waits(keys, fits, ROTATION_MS)) return { currentSeconds: since() };
    this.#problems.push(this.#unseen('every key in use again: npm run rekey -- status'));
    return {};
  }

  async #waits(keys: readonly string[], fits: (key: KeyStatus) => boolean, mostMs: number): Promise<boolean> {
    const { signal } = this.#tools;
    return await waitUntil({ account: this.#account.name, keys, fits, mostMs, signal }, this.#tools);
  }

  #unseen(what: string): string {
    return `${this.#tools.signal.aborted ? 'broken off before it was seen' : 'not seen within minutes'}: ${what}`;
  }

  #stopwatch(): () => number {
    const startedAt = this.#tools.now().getTime();
    return () => (this.#tools.now().getTime() - startedAt) / 1000;
  }
}
