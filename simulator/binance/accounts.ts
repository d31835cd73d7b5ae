import type { SeededRandom } from '../random.ts';

export interface Account {
  /** The sub-account's name in every call. */
  readonly email: string;
  readonly uid: number;
  readonly kind: 'MASTER' | 'SUB' | 'MANAGED' | 'ASSET';
  readonly remark: string;
  readonly createdAt: number;
  /** Only {@link book} changes them. */
  readonly balances: { readonly asset: string; amount: number }[];
  frozen: boolean;
}

/** 2024-01-01; accounts were opened within the year after. */
const firstOpening = Date.UTC(2024, 0, 1);
const yearMs = 365 * 24 * 60 * 60 * 1000;

/**
 * The master account, its sub-accounts, and one sub-account each of the kinds whose keys cannot be managed: a
 * managed one and one of asset management. Sub-accounts have the addresses that Binance makes up for those
 * without a mailbox; one of the first three has a plus sign, which must be percent-encoded as `@` must be.
 */
export function openAccounts(random: SeededRandom, count: number): Account[] {
  const domain = `${random.hex(8)}noemail.com`;
  const master = openAccount(random, { email: `master_${random.hex(6)}@example.com`, kind: 'MASTER' });
  const strange = [
    openAccount(random, { email: `managed_0_virtual@${random.hex(9)}managedsub.com`, kind: 'MANAGED' }),
    openAccount(random, { email: `asset_virtual@${domain}`, kind: 'ASSET' }),
  ];
  const own = Array.from({ length: count }, (_, index) => {
    const name = index === 1 ? 'rekey2+bot_virtual' : `rekey${index + 1}_virtual`;
    return openAccount(random, { email: `${name}@${domain}`, kind: 'SUB' });
  });
  return [master, ...own, ...strange];
}

function openAccount(random: SeededRandom, account: Pick<Account, 'email' | 'kind'>): Account {
  const balances = [
    { asset: 'USDT', amount: Math.round(10_000 + random.fraction() * 90_000) },
    { asset: 'BTC', amount: Math.round(1_000 + random.fraction() * 2_000) / 1_000 },
    { asset: 'BNB', amount: 0 },
  ];
  return {
    ...account,
    uid: Number(random.digits(9)),
    remark: account.kind === 'MASTER' ? '' : 'remark',
    createdAt: firstOpening + Math.floor(random.fraction() * yearMs),
    frozen: false,
    balances,
  };
}

/**
 * Adds to what an account holds of a coin, or takes from it. Below nothing it does not go: at the website nobody asks
 * whether there is enough.
 */
export function book({ balances }: Account, asset: string, change: number): void {
  const held = balances.find((balance) => balance.asset === asset);
  const amount = Math.max(0, Number(((held?.amount ?? 0) + change).toFixed(8)));
  if (held) held.amount = amount;
  else balances.push({ asset, amount });
}
