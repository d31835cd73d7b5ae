import type { BaselineName } from './baselines/baselines.ts';
import type { FamilyName } from './enumerate.ts';
import { PROMISES, type PromiseNumber } from './monitor.ts';
import { addTallies, NO_TALLY, type Tally } from './tally.ts';
import type { Report } from './worker.ts';

/** A system's row in the comparison. */
export interface SystemSummary extends Tally {
  readonly schedules: number;
}

/** What `--json` prints. */
export interface Summary {
  readonly schedules: number;
  readonly violations: number;
  /** Schedules in which the promise was broken. */
  readonly byPromise: Readonly<Record<string, number>>;
  readonly byFamily: Readonly<Record<string, number>>;
  readonly rekey: SystemSummary;
  readonly baselines: Readonly<Record<BaselineName, SystemSummary>>;
  /** Secrets that were looked for in everything that left the processes. */
  readonly secretsLookedFor: number;
  readonly seconds: number;
}

/** Adds up what the workers report. */
export class Counts {
  readonly #byPromise = new Map<PromiseNumber, number>();
  readonly #byFamily = new Map<FamilyName, number>();
  readonly #failed: Report[number][] = [];
  readonly #seen = new Set<string>();
  #tally = NO_TALLY;
  #secrets = 0;
  readonly #baselines = new Map<BaselineName, SystemSummary>();

  /** Schedules that are distinct and in which everything happened that was to happen. */
  get schedules(): number {
    return this.#seen.size;
  }

  get failed(): readonly Report[number][] {
    return this.#failed;
  }

  add(family: FamilyName, report: Report): void {
    for (const outcome of report) {
      if (!outcome.happened || this.#seen.has(outcome.id)) continue;
      this.#seen.add(outcome.id);
      this.#byFamily.set(family, (this.#byFamily.get(family) ?? 0) + 1);
      this.#tally = addTallies(this.#tally, outcome.tally);
      this.#secrets += outcome.secretsLookedFor;
      if (outcome.violations.length > 0) this.#failed.push(outcome);
      const broken = new Set(outcome.violations.map(({ promise }) => promise));
      for (const promise of broken) this.#byPromise.set(promise, (this.#byPromise.get(promise) ?? 0) + 1);
    }
  }

  addBaseline(name: BaselineName, report: Report): void {
    const known = this.#baselines.get(name) ?? { schedules: 0, ...NO_TALLY };
    const tally = report.reduce((sum, outcome) => addTallies(sum, outcome.tally), known as Tally);
    this.#baselines.set(name, { schedules: known.schedules + report.length, ...tally });
  }

  summarise(seconds: number): Summary {
    const promises = Object.keys(PROMISES).map(Number) as PromiseNumber[];
    const baselines = Object.fromEntries(this.#baselines) as Record<BaselineName, SystemSummary>;
    return {
      schedules: this.schedules,
      violations: this.#failed.length,
      byPromise: Object.fromEntries(promises.map((promise) => [promise, this.#byPromise.get(promise) ?? 0])),
      byFamily: Object.fromEntries(this.#byFamily),
      rekey: { schedules: this.schedules, ...this.#tally },
      baselines,
      secretsLookedFor: this.#secrets,
      seconds: Math.round(seconds * 10) / 10,
    };
  }
}
