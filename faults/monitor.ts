import type { KeyRecord } from '../simulator/index.ts';
import { CACHE_MINUTES, GRACE_MINUTES, MINUTE_MS, type Scene, SECRET } from './setting.ts';
import { isAccepted, type StoredKey } from './witness.ts';

/** The promises by their numbers; 0 is that the system comes to rest. */
export const PROMISES = {
  0: 'comes to rest',
  1: 'no gap',
  2: 'no early revocation',
  3: 'no lost key',
  4: 'no hidden debt',
  5: 'no extra power',
  6: 'no secret outside Secrets Manager',
  7: 'nothing foreign is touched',
} as const;
export type PromiseNumber = keyof typeof PROMISES;

export interface Violation {
  readonly promise: PromiseNumber;
  readonly what: string;
}

/** Due times are whole seconds. */
const SECOND_MS = 1_000;

/** When a key was what readers got. */
interface Reign {
  readonly apiKey: string;
  endedAtMs: number | undefined;
}

/**
 * Looks at the world after everything that may have changed it, and holds what it sees against the promises that
 * hold at every moment. Knows the truth: the exchange's own table, what each version holds, who did what.
 */
export class Monitor {
  readonly #world: Scene;
  readonly violations: Violation[] = [];
  /** Everything that left the processes: log lines, metrics, events, errors, answers, what the CLI printed. */
  readonly #output: string[] = [];
  readonly #reigns: Reign[] = [];
  readonly #dead = new Set<string>();
  /** Keys that a person has made, with what they were like at first. */
  readonly foreign = new Map<string, string>();
  /** Keys that a person has deleted or changed: one that is just being promoted cannot be kept from it. */
  readonly deletedByHand = new Set<string>();
  readonly changedByHand = new Set<string>();
  /** The key that was accepted last, and what it was like then. */
  #accepted: string | undefined;
  #hasBegun = false;
  #hasWorked = false;
  #currentVersion: string | undefined;
  /** A person has put the current key out of order: it need not work until another one is promoted. */
  currentIsExcused = false;
  /** When a person did that: nobody can be kept from it between a last look and the deed. */
  excusedAtMs = Number.NEGATIVE_INFINITY;
  /** An emergency was ordered: no grace period counts for keys that were made before. */
  emergencyAtMs = Number.POSITIVE_INFINITY;
  /** A stop was ordered, and nobody has resumed the key since: from here on no key need work. */
  stopOrdered = false;
  /** The stop was confirmed: from here on nothing may be left of it. */
  stopConfirmed = false;
  /** Counted and not forbidden: what baselines are measured by. */
  momentsWithoutKey = 0;
  keysRevokedInUse = 0;

  constructor(world: Scene) {
    this.#world = world;
  }

  /** The secrets are there; from here on keys are ours, unless a person says that he made one. */
  begin(): void {
    this.#hasBegun = true;
    this.look();
  }

  output(text: string): void {
    this.#output.push(text);
  }

  get allOutput(): string {
    return this.#output.join('\n');
  }

  /** A person puts the current key out of order. */
  excuseCurrent(): void {
    this.currentIsExcused = true;
    this.excusedAtMs = this.#world.clock.nowMs();
  }

  /** A person has made a key by hand. */
  noteForeign(apiKey: string): void {
    const record = this.records.find((key) => key.apiKey === apiKey);
    if (record) this.foreign.set(apiKey, fingerprint(record));
  }

  /** A person has changed or deleted a key of somebody's. */
  forgetForeign(apiKey: string): void {
    this.foreign.delete(apiKey);
  }

  get records(): readonly KeyRecord[] {
    return this.#world.exchange.keys;
  }

  /** The key that readers get now. */
  get current(): StoredKey | undefined {
    const { labels, textOf } = this.#world.secrets.inspect(SECRET);
    return parseKey(textOf(labels.get('AWSCURRENT') ?? ''));
  }

  /** Whether the secret says that the key is stopped. */
  get isStopped(): boolean {
    const { labels } = this.#world.secrets.inspect(SECRET);
    return [...labels.keys()].some((label) => label.startsWith('rekey-stopped-'));
  }

  /** Whether a key was ever what readers got. */
  hasReigned(apiKey: string): boolean {
    return this.#reigns.some((reign) => reign.apiKey === apiKey);
  }

  look(): void {
    if (!this.#hasBegun) return;
    const records = this.records;
    this.#noteCurrent(records);
    this.#checkDeaths(records);
    this.#checkForeign(records);
    this.#checkGap(records);
  }

  report(promise: PromiseNumber, what: string): void {
    this.violations.push({ promise, what });
    this.#world.story.tell(`✗ PROMISE ${promise} (${PROMISES[promise]}) IS BROKEN: ${what}`);
  }

  #noteCurrent(records: readonly KeyRecord[]): void {
    const { labels } = this.#world.secrets.inspect(SECRET);
    const version = labels.get('AWSCURRENT');
    if (version === this.#currentVersion) return;
    const isFirst = this.#currentVersion === undefined;
    this.#currentVersion = version;
    const nowMs = this.#world.clock.nowMs();
    const last = this.#reigns.at(-1);
    if (last) last.endedAtMs ??= nowMs;
    const { current } = this;
    if (!current) return;
    this.#reigns.push({ apiKey: current.apiKey, endedAtMs: undefined });
    this.currentIsExcused = this.deletedByHand.has(current.apiKey);
    // Secrets Manager makes a first value current before anybody has verified it.
    if (!isFirst) this.#checkPower(current, records);
  }

  #checkPower({ apiKey }: StoredKey, records: readonly KeyRecord[]): void {
    if (this.foreign.has(apiKey) || this.changedByHand.has(apiKey)) return; // a person's work
    const record = records.find((key) => key.apiKey === apiKey);
    const fault = record && powerFault(record, this.#world);
    if (fault) this.report(5, `key ${apiKey.slice(0, 8)} was promoted although ${fault}`);
  }

  /**
   * Whether the exchange accepts a key. A key that it has accepted stays accepted as long as the exchange's own table
   * shows no change of it, so it is not asked at every moment.
   */
  works(key: StoredKey, records = this.records): boolean {
    const record = records.find(({ apiKey }) => apiKey === key.apiKey);
    if (!record) return false;
    const seen = `${key.secret} ${fingerprint(record)}`;
    if (this.#accepted === seen) return true;
    if (!isAccepted(this.#world, key)) return false;
    this.#accepted = seen;
    return true;
  }

  #checkGap(records: readonly KeyRecord[]): void {
    const { current } = this;
    const works = current !== undefined && this.works(current, records);
    if (works) this.#hasWorked = true;
    if (works || !this.#hasWorked || this.currentIsExcused || this.stopOrdered) return;
    this.momentsWithoutKey += 1;
    this.report(1, `the key that is AWSCURRENT (${current?.apiKey.slice(0, 8) ?? 'none'}) does not work`);
    this.currentIsExcused = true; // told once
  }

  #checkDeaths(records: readonly KeyRecord[]): void {
    for (const { apiKey, deletedAt } of records) {
      if (deletedAt === null || this.#dead.has(apiKey)) continue;
      this.#dead.add(apiKey);
      if (!this.deletedByHand.has(apiKey) && !this.stopOrdered) this.#checkDeath(apiKey);
    }
  }

  #checkDeath(apiKey: string): void {
    const reigns = this.#reigns.filter((reign) => reign.apiKey === apiKey);
    const last = reigns.at(-1);
    if (!last) return;
    const short = apiKey.slice(0, 8);
    const nowMs = this.#world.clock.nowMs();
    const isEmergency = nowMs >= this.emergencyAtMs;
    if (last.endedAtMs === undefined) {
      this.keysRevokedInUse += 1;
      this.report(2, `key ${short} was revoked while it was AWSCURRENT`);
      return;
    }
    const sinceMs = nowMs - last.endedAtMs;
    if (!isEmergency && sinceMs < CACHE_MINUTES * MINUTE_MS) this.keysRevokedInUse += 1;
    if (!isEmergency && sinceMs < GRACE_MINUTES * MINUTE_MS - SECOND_MS)
      this.report(
        2,
        `key ${short} was revoked ${Math.round(sinceMs / MINUTE_MS)} minutes after its promotion`,
      );
    const { current } = this;
    const isExcused = nowMs - this.excusedAtMs < SECOND_MS;
    if (!isExcused && (!current || current.apiKey === apiKey || !this.works(current)))
      this.report(2, `key ${short} was revoked while no other key worked`);
  }

  #checkForeign(records: readonly KeyRecord[]): void {
    for (const [apiKey, before] of this.foreign) {
      const record = records.find((key) => key.apiKey === apiKey);
      if (record && fingerprint(record) === before) continue;
      this.report(7, `key ${apiKey.slice(0, 8)}, which a person made, was touched`);
      this.foreign.delete(apiKey);
    }
  }
}

/** How a key differs from what is declared. */
export function powerFault(record: KeyRecord, { key }: Pick<Scene, 'key'>): string | undefined {
  if (record.subAccount !== key.subAccount) return 'it belongs to another sub-account';
  if (!sameSet(record.permissions, key.products)) return `it may ${record.permissions.join(', ')}`;
  if (!sameSet(record.ips, key.allowList))
    return `it may be used from ${record.ips.join(', ') || 'anywhere'}`;
  return undefined;
}

/** What is stored, if it is a key. */
export function parseKey(text: string | undefined): StoredKey | undefined {
  try {
    const { apiKey, secret, password } = JSON.parse(text ?? '');
    return typeof apiKey === 'string' ? { apiKey, secret, password } : undefined;
  } catch {
    return undefined; // a person may have put anything
  }
}

function fingerprint({ label, permissions, ips, subAccount, deletedAt }: KeyRecord): string {
  return JSON.stringify([label, [...permissions].sort(), [...ips].sort(), subAccount, deletedAt]);
}

function sameSet(a: readonly string[], b: readonly string[]): boolean {
  return JSON.stringify([...a].sort()) === JSON.stringify([...b].sort());
}
