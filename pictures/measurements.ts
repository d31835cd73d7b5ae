import { ACCOUNT_DIMENSION, METRIC_NAMESPACE } from '../lambda/contract.ts';

const HOUR_MS = 3_600_000;

interface Hour {
  readonly sum: number;
  readonly maximum: number;
}

/** What the functions have measured, by the hour, as CloudWatch would have it from their logs. */
export class Measurements {
  readonly #hours = new Map<string, Map<number, Hour>>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Takes what the functions write to standard output; only embedded metrics count. */
  take(text: string): void {
    for (const line of text.split('\n')) {
      if (!line.includes('"_aws"')) continue;
      const record = JSON.parse(line) as EmbeddedMetrics;
      for (const { Namespace, Metrics } of record._aws.CloudWatchMetrics) {
        if (Namespace !== METRIC_NAMESPACE) continue;
        for (const { Name } of Metrics) this.#add(String(record[ACCOUNT_DIMENSION]), Name, record[Name]);
      }
    }
  }

  /** The value of a metric in the hour that begins then; undefined if there is none. */
  find(
    source: { account: string; metric: string; statistic: 'Sum' | 'Maximum' },
    hourMs: number,
  ): number | undefined {
    const hour = this.#hours.get(`${source.account} ${source.metric}`)?.get(hourMs);
    return source.statistic === 'Sum' ? hour?.sum : hour?.maximum;
  }

  #add(account: string, metric: string, measured: unknown): void {
    const hours = this.#hours.get(`${account} ${metric}`) ?? new Map<number, Hour>();
    this.#hours.set(`${account} ${metric}`, hours);
    const hourMs = Math.floor(this.#now() / HOUR_MS) * HOUR_MS;
    // Several values of one metric in one record are written as a list.
    for (const value of [measured].flat().map(Number)) {
      const { sum, maximum } = hours.get(hourMs) ?? { sum: 0, maximum: Number.NEGATIVE_INFINITY };
      hours.set(hourMs, { sum: sum + value, maximum: Math.max(maximum, value) });
    }
  }
}

type EmbeddedMetrics = Readonly<Record<string, unknown>> & {
  readonly _aws: {
    readonly CloudWatchMetrics: readonly { Namespace: string; Metrics: readonly { Name: string }[] }[];
  };
};
