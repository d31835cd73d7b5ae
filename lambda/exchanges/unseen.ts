import type { AccountDeclaration } from '../declaration.ts';
import type { Sees } from './traits.ts';

/** What each thing that an exchange may not tell is called. */
const UNSEEN: Readonly<Record<Exclude<keyof Sees, 'orders' | 'coins' | 'everyRight' | 'leavesOut'>, string>> =
  {
    orderEntry: 'whether an order was entered through the API or by a person',
    withdrawals: 'withdrawals',
    transfers: 'transfers out of sub-accounts',
    frozen: 'whether a sub-account is frozen',
    lastUse: 'when a key was used last',
    refusedCalls: 'calls that were refused, for example of a dead key',
  };

/** What is not watched on an account, in words: what the exchange does not tell, and what is not asked for. */
export function unseenOn({ keys, watch }: Pick<AccountDeclaration, 'keys' | 'watch'>, sees: Sees): string[] {
  const untold = (Object.keys(UNSEEN) as (keyof typeof UNSEEN)[])
    .filter((what) => !sees[what])
    .map((what) => `${UNSEEN[what]} (the exchange does not tell)`);
  const unasked = keys
    .filter(({ permission, symbols }) => permission === 'trade' && symbols === undefined)
    .map(({ name }) => name);
  const allowed = [
    ...(sees.orders === 'named symbols'
      ? [
          `orders in symbols that are not declared (the exchange tells only those that are asked for${sees.coins ? '; undeclared coins are seen, and orders in their symbols' : ''})`,
        ]
      : []),
    ...(watch.withdrawals === 'any' ? ['withdrawals (any are allowed)'] : []),
    ...(watch.transfers === 'any' ? ['transfers out of sub-accounts (any are allowed)'] : []),
  ];
  const leftOut = sees.leavesOut.map((what) => `${what} (Rekey does not ask)`);
  const orders = unasked.length > 0 ? [`orders of ${unasked.join(', ')} (no symbols are declared)`] : [];
  return [...untold, ...leftOut, ...allowed, ...orders];
}
