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

/** How many accounts to open, and the stream from which those beyond the first three come. */
interface More {
  readonly virtual: number;
  readonly random: SeededRandom;
}

/**
 * The main account, the virtual unified sub-accounts, and one sub-account each of the kinds whose keys the
 * unified account's routes do not make: a common (not virtual) one and a classic one.
 * The first three sub-accounts of a seed are the same however many there are.
 */
export function openAccounts(random: SeededRandom, more: More): Account[] {
  const main = openAccount(random, { kind: 'MAIN', mode: 'UNIFIED', note: '' });
  const first = ['bot one', 'bot two', 'tracker'].map((note) =>
    openAccount(random, { kind: 'VIRTUAL_CHILD', mode: 'UNIFIED', note }),
  );
  const strange = [
    openAccount(random, { kind: 'COMMON', mode: 'UNIFIED', note: 'person' }),
    openAccount(random, { kind: 'VIRTUAL_CHILD', mode: 'CLASSIC', note: 'old bot' }),
  ];
  const accounts = [main, ...first.slice(0, more.virtual), ...strange];
  return [...accounts, ...openMore(accounts, more, more.virtual - first.length)];
}

function openMore(accounts: readonly Account[], { random }: More, count: number): Account[] {
  const taken = new Set(accounts.map(({ uid }) => uid));
  const opened: Account[] = [];
  while (opened.length < count) {
    const note = `bot ${opened.length + 4}`;
    const account = openAccount(random, { kind: 'VIRTUAL_CHILD', mode: 'UNIFIED', note });
    if (!taken.has(account.uid)) opened.push(account);
    taken.add(account.uid);
  }
  return opened;
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
