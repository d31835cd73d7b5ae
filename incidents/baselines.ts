import type { KeyDeclaration } from '../lambda/declaration.ts';

/** How a program that uses keys lives from day to day. */
export interface Baseline {
  readonly title: string;
  /** Name of the key, of its secret and of the role that reads it. */
  readonly key: string;
  readonly permission: KeyDeclaration['permission'];
  /** How long a reader holds a key, in minutes. */
  readonly cacheMinutes: number;
  readonly runs: 'always' | 'sometimes';
  /** Processes that run side by side on a quiet hour. */
  readonly tasks: number;
  /** How many more there are at a busy time of a day, on average; they live for some hours. */
  readonly scaleOutPerDay: number;
  readonly restartsPerDay: number;
  /** New versions of the program, which start with new addresses. */
  readonly deploymentsPerWeek: number;
  readonly orders?: Orders;
  /** Movements of funds, all of them allowed. */
  readonly perWeek: { readonly deposits: number; readonly transfers: number; readonly withdrawals: number };
}

interface Orders {
  readonly symbols: readonly string[];
  /** On an average hour. */
  readonly perFiveMinutes: number;
  /** In a volatile hour there are so many times more, from and to. */
  readonly volatile: readonly [number, number];
}

/**
 * The four users of keys that the incidents are replayed over. The figures are ours: what such programs do by what they
 * are, not records of any that run.
 */
const BASELINES = {
  'grid-bot': {
    title: 'a grid bot in two symbols',
    key: 'grid-bot',
    permission: 'trade',
    ...{ cacheMinutes: 5, runs: 'always', tasks: 1, scaleOutPerDay: 0 },
    ...{ restartsPerDay: 0.5, deploymentsPerWeek: 2 },
    orders: { symbols: ['BTCUSDT', 'ETHUSDT'], perFiveMinutes: 3, volatile: [2, 8] },
    perWeek: { deposits: 0.5, transfers: 1, withdrawals: 0.25 },
  },
  'market-maker': {
    title: 'a market maker in three symbols that scales out',
    key: 'market-maker',
    permission: 'trade',
    ...{ cacheMinutes: 5, runs: 'always', tasks: 2, scaleOutPerDay: 1.5 },
    ...{ restartsPerDay: 2, deploymentsPerWeek: 5 },
    orders: { symbols: ['BTCUSDT', 'ETHUSDT', 'SOLUSDT'], perFiveMinutes: 10, volatile: [2, 6] },
    perWeek: { deposits: 1, transfers: 3, withdrawals: 1 },
  },
  'portfolio-tracker': {
    title: 'a portfolio tracker that reads every hour',
    key: 'portfolio-tracker',
    permission: 'read',
    ...{ cacheMinutes: 60, runs: 'always', tasks: 1, scaleOutPerDay: 0 },
    ...{ restartsPerDay: 0.3, deploymentsPerWeek: 1 },
    perWeek: { deposits: 1, transfers: 1, withdrawals: 0.5 },
  },
  'tax-tool': {
    title: 'a tax tool that runs on Mondays',
    key: 'tax-tool',
    permission: 'read',
    ...{ cacheMinutes: 30, runs: 'sometimes', tasks: 0, scaleOutPerDay: 0 },
    ...{ restartsPerDay: 0, deploymentsPerWeek: 0.25 },
    perWeek: { deposits: 0.5, transfers: 0.5, withdrawals: 0.5 },
  },
} as const satisfies Record<string, Baseline>;

export type BaselineName = keyof typeof BASELINES;
export const BASELINE_NAMES = Object.keys(BASELINES) as BaselineName[];

export function baselineOf(name: BaselineName): Baseline {
  return BASELINES[name];
}
