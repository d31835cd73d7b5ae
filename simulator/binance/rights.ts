/**
 * What a key may do beyond reading, by the names of the calls that make keys.
 * Source: https://developers.binance.com/legacy-docs/sub_account/api-management/Create-Sub-account-API-Key
 */
export const subKeyRights = [
  'canTrade',
  'canMarginLoanRepay',
  'canFuturesTrade',
  'canUniversalTransfer',
  'canVanillaOptions',
] as const;

/** Rights that only version 2 of that call knows, and only keys with an Ed25519 key of their own can have. */
export const fixRights = ['canFixApiTrading', 'canFixApiReading'] as const;

/** Rights that no call gives: a person gives them at the website. Named as the key's own description does. */
const websiteRights = [
  'enableWithdrawals',
  'enableInternalTransfer',
  'enablePortfolioMarginTrading',
] as const;

export const rights = [...subKeyRights, ...fixRights, ...websiteRights] as const;

export type Right = (typeof rights)[number];

/** Whether a key with these rights may do more than read. */
export function mayWrite(held: readonly Right[]): boolean {
  return held.some((right) => right !== 'canFixApiReading');
}

/** The five flags of every answer about a sub-account's key. */
export function flagsOf(held: readonly Right[]): Record<(typeof subKeyRights)[number], boolean> {
  return {
    canTrade: held.includes('canTrade'),
    canMarginLoanRepay: held.includes('canMarginLoanRepay'),
    canFuturesTrade: held.includes('canFuturesTrade'),
    canUniversalTransfer: held.includes('canUniversalTransfer'),
    canVanillaOptions: held.includes('canVanillaOptions'),
  };
}
