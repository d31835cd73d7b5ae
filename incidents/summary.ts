import type { QuietReport } from './quiet.ts';
import { DAYS } from './setting.ts';
import type { Trace } from './trace.ts';
import type { Verdict } from './verdict.ts';

const MONTH_DAYS = 30;
/** From so many false alarms a month and account on, nobody listens any more. */
const MOST_FALSE_ALARMS = 1;

/** What `--json` prints. */
export interface Summary {
  /** Those that a watcher of keys could see. */
  readonly incidents: readonly Verdict[];
  /** The others, with the reason. */
  readonly notVisible: readonly { readonly name: string; readonly reason: string }[];
  /** Of all quiet accounts together, per account and month. */
  readonly falseAlarmsPerMonth: number;
  readonly baselines: readonly (Pick<QuietReport, 'exchange' | 'baseline' | 'falseAlarms' | 'did'> & {
    readonly falseAlarmsPerMonth: number;
  })[];
  readonly seed: number;
  readonly seconds: number;
}

export function summarise(
  quiet: readonly QuietReport[],
  incidents: readonly Verdict[],
  { traces, seed, seconds }: { traces: readonly Trace[]; seed: number; seconds: number },
): Summary {
  const perMonth = (count: number) => Math.round((100 * count * MONTH_DAYS) / DAYS) / 100;
  const baselines = quiet.map(({ notes: _notes, ...report }) => ({
    ...report,
    falseAlarmsPerMonth: perMonth(report.falseAlarms.length),
  }));
  const all = baselines.reduce((sum, { falseAlarms }) => sum + falseAlarms.length, 0);
  return {
    incidents,
    notVisible: traces.flatMap((trace) =>
      trace.visible ? [] : [{ name: trace.name, reason: trace.reason }],
    ),
    falseAlarmsPerMonth: perMonth(all / Math.max(1, baselines.length)),
    ...{ baselines, seed, seconds: Math.round(seconds) },
  };
}

/** Whether every incident was noticed, and no baseline cried wolf at the exchanges together. */
export function isGood({ incidents, baselines }: Summary): boolean {
  const isQuiet = baselines.every(({ baseline }) => {
    const months = baselines.filter((other) => other.baseline === baseline);
    const alarms = months.reduce((sum, month) => sum + month.falseAlarmsPerMonth, 0);
    return alarms / months.length < MOST_FALSE_ALARMS;
  });
  return isQuiet && incidents.every(({ detected }) => detected);
}
