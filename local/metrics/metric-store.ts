import type { MovableClock } from '../clock.ts';

/** What names one series of values. */
export interface MetricIdentity {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

/** Values that belong to one instant. */
export interface MetricRecord extends MetricIdentity {
  readonly values: readonly number[];
  readonly timestampMs: number;
}

/** What is known of the values in a span of time. */
export interface Aggregate {
  readonly sum: number;
  readonly minimum: number;
  readonly maximum: number;
  readonly sampleCount: number;
}

interface Series {
  readonly identity: MetricIdentity;
  /** By the start of the minute. */
  readonly minutes: Map<number, Aggregate>;
  /** For a gauge, from when on which value holds, in order. */
  readonly steps: { readonly fromMs: number; readonly value: number }[];
}

type RecordListener = (identity: MetricIdentity, minuteMs: number) => void;

export const MINUTE_MS = 60_000;

/** Every metric, kept by the minute as CloudWatch does with standard resolution. Nothing is thrown away. */
export class MetricStore {
  readonly #clock: MovableClock;
  readonly #series = new Map<string, Series>();
  readonly #listeners: RecordListener[] = [];

  constructor(clock: MovableClock) {
    this.#clock = clock;
  }

  record({ values, timestampMs, ...identity }: MetricRecord): void {
    const { minutes } = this.#get(identity);
    const minuteMs = startOfMinute(timestampMs);
    const before = minutes.get(minuteMs);
    const aggregate = merge([...(before ? [before] : []), ...values.map(single)]);
    if (aggregate) minutes.set(minuteMs, aggregate);
    this.#tell(identity, minuteMs);
  }

  /** Sets a metric that has a value in every minute from now on, until it is set again. */
  setGauge(identity: MetricIdentity, value: number): void {
    const { steps } = this.#get(identity);
    if (steps.at(-1)?.value === value) return;
    const fromMs = startOfMinute(this.#clock.nowMs());
    if (steps.at(-1)?.fromMs === fromMs) steps.pop();
    steps.push({ fromMs, value });
    this.#tell(identity, fromMs);
  }

  /** All values from `fromMs` up to, not including, `toMs`; undefined when there are none. */
  aggregate(identity: MetricIdentity, fromMs: number, toMs: number): Aggregate | undefined {
    const series = this.#series.get(keyOf(identity));
    if (!series) return undefined;
    return merge([...recordedIn(series, fromMs, toMs), ...gaugeSamples(series, fromMs, toMs)]);
  }

  /** What was recorded, minute by minute, oldest first. For a gauge nothing: ask `aggregate`. */
  datapoints(identity: MetricIdentity): (Aggregate & { readonly minute: string })[] {
    const minutes = [...(this.#series.get(keyOf(identity))?.minutes ?? [])].sort(([a], [b]) => a - b);
    return minutes.map(([minuteMs, aggregate]) => ({
      minute: new Date(minuteMs).toISOString(),
      ...aggregate,
    }));
  }

  /** Every metric that has a value. */
  list(): MetricIdentity[] {
    return [...this.#series.values()].map(({ identity }) => identity);
  }

  /** Calls the listener with each metric and minute that gets a value. */
  onRecord(listener: RecordListener): void {
    this.#listeners.push(listener);
  }

  #get(identity: MetricIdentity): Series {
    const key = keyOf(identity);
    const series = this.#series.get(key) ?? { identity, minutes: new Map(), steps: [] };
    this.#series.set(key, series);
    return series;
  }

  #tell(identity: MetricIdentity, minuteMs: number): void {
    for (const listener of this.#listeners) listener(identity, minuteMs);
  }
}

/** The same for the same metric, whatever the order of its dimensions. */
export function keyOf({ namespace, name, dimensions }: MetricIdentity): string {
  return JSON.stringify([namespace, name, Object.entries(dimensions).sort(([a], [b]) => (a < b ? -1 : 1))]);
}

export function startOfMinute(ms: number): number {
  return Math.floor(ms / MINUTE_MS) * MINUTE_MS;
}

function single(value: number): Aggregate {
  return { sum: value, minimum: value, maximum: value, sampleCount: 1 };
}

function merge(parts: readonly Aggregate[]): Aggregate | undefined {
  if (parts.length === 0) return undefined;
  return parts.reduce((all, part) => ({
    sum: all.sum + part.sum,
    minimum: Math.min(all.minimum, part.minimum),
    maximum: Math.max(all.maximum, part.maximum),
    sampleCount: all.sampleCount + part.sampleCount,
  }));
}

function recordedIn({ minutes }: Series, fromMs: number, toMs: number): Aggregate[] {
  const found: Aggregate[] = [];
  for (let minuteMs = startOfMinute(fromMs + MINUTE_MS - 1); minuteMs < toMs; minuteMs += MINUTE_MS) {
    const aggregate = minutes.get(minuteMs);
    if (aggregate) found.push(aggregate);
  }
  return found;
}

/** One sample a minute from each step that reaches into the span. */
function gaugeSamples({ steps }: Series, fromMs: number, toMs: number): Aggregate[] {
  return steps.flatMap(({ fromMs: stepMs, value }, index) => {
    const endMs = Math.min(steps[index + 1]?.fromMs ?? toMs, toMs);
    const samples = Math.max(0, Math.round((endMs - Math.max(stepMs, fromMs)) / MINUTE_MS));
    return samples === 0
      ? []
      : [{ sum: value * samples, minimum: value, maximum: value, sampleCount: samples }];
  });
}
