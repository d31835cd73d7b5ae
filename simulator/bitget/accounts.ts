import type { SeededRandom } from '../random.ts';

export interface Account {
  readonly uid: string;
  readonly kind: 'MAIN' | 'VIRTUAL_CHILD' | 'COMMON';
  readonly mode: 'UNIFIED' | 'CLASSIC';
  readonly username: string;
  readonly note: string;
  readonly createdAt: number;
  readonly balances: readonly { readonly coin: string; readonly amount: number }[];
  frozen: boolean;
  updatedAt: number;
}

/** 2024-01-01; accounts were opened within the year after. */
const firstOpening = Date.UTC(2024, 0, 1);
const yearMs = 365 * 24 * 60 * 60 * 1000;

/**
 * The main account, three virtual unified sub-accounts, and one sub-account each of the kinds whose keys the
 * unified account's routes do not make: a common (not virtual) one and a classic one.
 */
export function openAccounts(random: SeededRandom): Account[] {
  return [
    openAccount(random, { kind: 'MAIN', mode: 'UNIFIED', note: '' }),
    openAccount(random, { kind: 'VIRTUAL_CHILD', mode: 'UNIFIED', note: 'bot one' }),
    openAccount(random, { kind: 'VIRTUAL_CHILD', mode: 'UNIFIED', note: 'bot two' }),
    openAccount(random, { kind: 'VIRTUAL_CHILD', mode: 'UNIFIED', note: 'tracker' }),
    openAccount(random, { kind: 'COMMON', mode: 'UNIFIED', note: 'person' }),
    openAccount(random, { kind: 'VIRTUAL_CHILD', mode: 'CLASSIC', note: 'old bot' }),
  ];
}

function openAccount(random: SeededRandom, account: Pick<Account, 'kind' | 'mode' | 'note'>): Account {
  const createdAt = firstOpening + Math.floor(random.fraction() * yearMs);
  return {
    ...account,
    uid: random.digits(10),
    username: `${random.hex(3)}****@virtual-bitget.com`,
    createdAt,
    updatedAt: createdAt,
    frozen: false,
    balances: [
      { coin: 'USDT', amount: Math.round(10_000 + random.fraction() * 90_000) },
      { coin: 'BTC', amount: Math.round(1_000 + random.fraction() * 2_000) / 1_000 },
    ],
  };
}
