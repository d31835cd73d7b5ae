import type { KeyStatus, OperateRequest, OperateResponse } from '../../lambda/operate-protocol.ts';
import type { MemoryTime } from './memory-time.ts';

type StopRequest = Extract<OperateRequest, { act: 'stop' }>;

/** How an account in memory stops and resumes its keys. */
export class MemoryStops {
  /** How many orders it takes until the exchange lets go of a key; of others one. */
  readonly tenacity = new Map<string, number>();
  /** Keys in the secrets of these names that Rekey did not make. */
  readonly foreign = new Map<string, readonly string[]>();
  /** Names that are deployed as drill keys. */
  readonly drillKeys = new Set<string>();
  /** Names of keys that cannot be resumed, as the exchange is down. */
  readonly stuck = new Set<string>();
  /** Sub-accounts that are frozen once every key is stopped. */
  frozen: readonly string[] = [];
  /** How many keys one order gets round to. */
  keysPerOrder = Number.POSITIVE_INFINITY;
  /** Reconcile proves so long after a stop that the key is dead. */
  proofMs = 200_000;
  /** A rotation is done so long after it was started. */
  rotationMs = 10_000;
  readonly #time: MemoryTime;
  readonly #orders = new Map<string, number>();
  readonly #stoppedMs = new Map<string, number>();
  readonly #resumedMs = new Map<string, number>();

  constructor(time: MemoryTime) {
    this.#time = time;
  }

  /** Names of the keys that are stopped now. */
  get stopped(): string[] {
    return [...this.#stoppedMs.keys()];
  }

  stop({ keys, reason }: StopRequest, deployed: readonly string[]): OperateResponse {
    const names = keys ?? deployed;
    const strange = names.find((name) => !deployed.includes(name));
    if (strange !== undefined) return refused('KeyNotDeclared', `there is no key ${strange}`);
    const guarded = names.find((name) => reason === 'Drill' && !this.drillKeys.has(name));
    if (guarded !== undefined) return refused('NotForDrill', `${guarded} is not declared for drills`);
    const begun = names.slice(0, this.keysPerOrder);
    const results = begun.map((key) => this.#stopOne(key));
    const areAll = deployed.every((name) => this.#stoppedMs.has(name));
    return {
      outcome: 'stopped',
      keys: results,
      notBegun: names.slice(begun.length),
      frozen: areAll ? [...this.frozen] : [],
    };
  }

  resume(key: string): OperateResponse {
    if (this.stuck.has(key)) return refused('ExchangeUnavailable', 'the exchange did not answer');
    if (!this.#stoppedMs.delete(key)) return refused('NotStopped', `${key} is not stopped`);
    this.#resumedMs.set(key, this.#time.passedMs);
    return { outcome: 'started', versionId: 'a1b2', message: `${key} is rotated again` };
  }

  /** The key as it is after what was done to it. */
  seen(status: KeyStatus): KeyStatus {
    const { passedMs } = this.#time;
    const stoppedMs = this.#stoppedMs.get(status.key);
    if (stoppedMs !== undefined) {
      const dying = { keyId: status.keyId ?? 'gone', dueAt: this.#time.now().toISOString(), overdue: false };
      return { ...status, state: 'Stopped', retiring: passedMs - stoppedMs < this.proofMs ? [dying] : [] };
    }
    const resumedMs = this.#resumedMs.get(status.key);
    if (resumedMs === undefined) return status;
    // For a while the exchange's list shows the dead key, which looks as if it were in use.
    if (passedMs === resumedMs) return status;
    return passedMs - resumedMs < this.rotationMs
      ? { ...status, state: 'Rotating' }
      : { ...status, keyId: 'bg_new0…0001' };
  }

  #stopOne(key: string) {
    const orders = (this.#orders.get(key) ?? 0) + 1;
    this.#orders.set(key, orders);
    this.#stoppedMs.set(key, this.#stoppedMs.get(key) ?? this.#time.passedMs);
    const isDead = orders >= (this.tenacity.get(key) ?? 1);
    const foreign = [...(this.foreign.get(key) ?? [])];
    return { key, revoked: isDead ? 1 : 0, left: isDead ? 0 : 1, foreign };
  }
}

function refused(reason: string, message: string): OperateResponse {
  return { outcome: 'refused', reason, message };
}
