import type { KeyDeclaration } from '../declaration.ts';

/** Coins that belong to no declared symbol; none where any symbol is allowed. */
export function strangeCoins(
  coins: readonly string[],
  keys: readonly { readonly declared: Pick<KeyDeclaration, 'symbols'> }[],
): string[] {
  const declared = keys.flatMap(({ declared: { symbols } }) => symbols ?? []);
  if (declared.includes('any')) return [];
  const belongs = (coin: string) =>
    declared.some((symbol) => symbol.startsWith(coin) || symbol.endsWith(coin));
  return coins.filter((coin) => !belongs(coin));
}
