import { METRICS } from '../lambda/contract.ts';

/** One line or area of a graph. */
export interface Series {
  readonly metric: (typeof METRICS)[keyof typeof METRICS];
  /** Of what happened in an hour, the sum; of a state, the most. */
  readonly statistic: 'Sum' | 'Maximum';
  readonly label: string;
  readonly color: string;
}

/** A value that means something, drawn as a line across. */
interface Mark {
  readonly value: number;
  readonly label: string;
}

/** One question to the fleet, and how its answer is drawn. docs/images/dashboard.svg draws the same. */
export interface Graph {
  readonly title: string;
  /** `accounts`: its only series once for each account. `fleet`: each series added up over all accounts. */
  readonly over: 'accounts' | 'fleet';
  readonly series: readonly [Series, ...Series[]];
  readonly stacked?: boolean;
  readonly unit?: '%';
  readonly marks?: readonly Mark[];
}

const GREEN = '#2ca02c';
const BLUE = '#1f77b4';
const ORANGE = '#ff7f0e';
const RED = '#d62728';
const PURPLE = '#9467bd';
const BROWN = '#8c564b';
const PINK = '#e377c2';
const GREY = '#7f7f7f';
const OLIVE = '#bcbd22';

/** The share of an exchange's limit that the functions take before they wait; `SHARE` in lambda/exchanges/pace.ts. */
const TAKEN_PERCENT = 90;

/** Every graph of the dashboard, three in a row. */
export const GRAPHS: readonly Graph[] = [
  {
    title: 'Keys by state',
    over: 'fleet',
    stacked: true,
    series: [
      state(METRICS.currentKeys, 'current', GREEN),
      state(METRICS.rotatingKeys, 'rotating', BLUE),
      state(METRICS.retiringKeys, 'retiring', OLIVE),
      state(METRICS.stoppedKeys, 'stopped', RED),
      state(METRICS.emptyKeys, 'empty', GREY),
    ],
  },
  {
    title: 'Age of the oldest key against its policy',
    over: 'accounts',
    unit: '%',
    series: [state(METRICS.keyAgeOfPolicy, 'age', BLUE)],
    marks: [{ value: 100, label: 'policy' }],
  },
  {
    title: 'Rotations and failed steps, per hour',
    over: 'fleet',
    stacked: true,
    series: [
      happened(METRICS.rotations, 'rotations', GREEN),
      happened(METRICS.rotationFailures, 'failed steps', RED),
    ],
  },
  {
    title: 'Keys that are to die',
    over: 'fleet',
    stacked: true,
    series: [
      state(METRICS.retiringKeys, 'in grace, or not yet proven dead', OLIVE),
      state(METRICS.revocationsOverdue, 'overdue', RED),
      state(METRICS.orphanKeys, 'orphans', PURPLE),
    ],
  },
  {
    title: 'Signs of misuse',
    over: 'fleet',
    stacked: true,
    series: [
      state(METRICS.foreignKeys, 'foreign keys', PURPLE),
      state(METRICS.widenedKeys, 'widened keys', ORANGE),
      state(METRICS.unexpectedMovements, 'movements', RED),
      state(METRICS.undeclaredOrders, 'orders', BLUE),
      state(METRICS.keysMissing, 'missing keys', GREY),
      happened(METRICS.undeclaredReads, 'undeclared reads', PINK),
    ],
  },
  {
    title: 'Other findings',
    over: 'fleet',
    stacked: true,
    series: [
      state(METRICS.driftedKeys, 'drifted keys', ORANGE),
      state(METRICS.laggingReaders, 'lagging readers', BLUE),
      state(METRICS.frozenSubAccounts, 'frozen sub-accounts', RED),
      state(METRICS.orderBursts, 'order bursts', PURPLE),
      state(METRICS.undeclaredCoins, 'coins', OLIVE),
      state(METRICS.blindWatches, 'not to be read', GREY),
      state(METRICS.keysExpiring, 'expiring keys', BROWN),
      happened(METRICS.deniedReads, 'denied reads', PINK),
    ],
  },
  {
    title: 'Reads of secrets, per hour',
    over: 'accounts',
    series: [happened(METRICS.reads, 'reads', BLUE)],
  },
  {
    title: 'Calls to the exchange, per hour',
    over: 'accounts',
    series: [happened(METRICS.exchangeCalls, 'calls', BLUE)],
  },
  {
    title: "Most used of any of the exchange's limits",
    over: 'accounts',
    unit: '%',
    series: [state(METRICS.limitUse, 'use', BLUE)],
    marks: [
      { value: TAKEN_PERCENT, label: 'from here on Rekey waits' },
      { value: 100, label: 'limit' },
    ],
  },
];

function state(metric: Series['metric'], label: string, color: string): Series {
  return { metric, statistic: 'Maximum', label, color };
}

function happened(metric: Series['metric'], label: string, color: string): Series {
  return { metric, statistic: 'Sum', label, color };
}
