import { randomUUID } from 'node:crypto';
import { logGroupArn, type Place } from '../arn.ts';
import type { MovableClock } from '../clock.ts';

/** One line of a log. */
export interface LogEvent {
  readonly id: string;
  readonly logStreamName: string;
  readonly timestampMs: number;
  readonly message: string;
}

/** Where a line goes. */
export interface LogPlace {
  readonly group: string;
  readonly stream: string;
}

export interface LogGroup {
  readonly name: string;
  readonly arn: string;
  readonly createdAtMs: number;
  retentionDays: number | undefined;
}

type LineListener = (place: LogPlace, event: LogEvent) => void;

const DAY_MS = 86_400_000;

/** Every log group, in memory. Lines older than the group's retention are not shown any more. */
export class LogStore {
  readonly #place: Place;
  readonly #clock: MovableClock;
  readonly #groups = new Map<string, { group: LogGroup; events: LogEvent[] }>();
  readonly #listeners: LineListener[] = [];

  constructor(place: Place, clock: MovableClock) {
    this.#place = place;
    this.#clock = clock;
  }

  /** Makes the group, or changes the retention of an existing one. */
  putGroup(name: string, retentionDays?: number): LogGroup {
    const known = this.#groups.get(name)?.group;
    if (known) return Object.assign(known, { retentionDays });
    const group = {
      name,
      arn: logGroupArn(this.#place, name),
      createdAtMs: this.#clock.nowMs(),
      retentionDays,
    };
    this.#groups.set(name, { group, events: [] });
    return group;
  }

  removeGroup(name: string): void {
    this.#groups.delete(name);
  }

  has(name: string): boolean {
    return this.#groups.has(name);
  }

  groups(): LogGroup[] {
    return [...this.#groups.values()].map(({ group }) => group);
  }

  /** @throws Error when the group does not exist. */
  append(place: LogPlace, message: string, timestampMs = this.#clock.nowMs()): void {
    const found = this.#groups.get(place.group);
    if (!found) throw new Error(`there is no log group '${place.group}'`);
    const event = { id: randomUUID(), logStreamName: place.stream, timestampMs, message };
    found.events.push(event);
    for (const listener of this.#listeners) listener(place, event);
  }

  /** The lines of a group in the order in which they came; none for an unknown group. */
  events(group: string): LogEvent[] {
    const found = this.#groups.get(group);
    if (!found) return [];
    const { retentionDays } = found.group;
    const oldestMs = retentionDays === undefined ? 0 : this.#clock.nowMs() - retentionDays * DAY_MS;
    return found.events.filter(({ timestampMs }) => timestampMs >= oldestMs);
  }

  /** The text of each line of a group. */
  lines(group: string): string[] {
    return this.events(group).map(({ message }) => message);
  }

  /** Calls the listener with every line from now on. */
  onLine(listener: LineListener): void {
    this.#listeners.push(listener);
  }
}
