import type { Credentials, KeyRecord } from './exchange.ts';

/**
 * What a person, or a thief, does while signed in at the exchange's website. None of it is part of the
 * exchange's API. Fields have the same names at every exchange (`docs/simulator.md`).
 * Every method throws `InputError` for fields that make no sense, and `NotFoundError` for an unknown key.
 */
export interface Website {
  createKey(fields: unknown): Credentials & KeyRecord;
  changeKey(apiKey: string, fields: unknown): KeyRecord;
  deleteKey(apiKey: string): KeyRecord;
  /** Unknown to the API until someone reads the withdrawal records. */
  withdraw(fields: unknown): WithdrawalRecord;
  /** Moves coins between accounts of the family. */
  transfer(fields: unknown): TransferRecord;
  /** Enters an order, signed in or with an API key; the key counts as used. */
  order(fields: unknown): OrderRecord;
  /** Freezes a sub-account or thaws it. Doing so again changes nothing. */
  freeze(fields: unknown): FreezeRecord;
}

/** `subAccount` is null for the main account, here and below. */
export interface WithdrawalRecord {
  readonly id: string;
  readonly subAccount: string | null;
  readonly coin: string;
  readonly size: string;
  readonly toAddress: string;
  readonly chain: string;
  readonly status: WithdrawalStatus;
  readonly createdAt: string;
}

export const withdrawalStatuses = ['pending', 'success', 'fail'] as const;
export type WithdrawalStatus = (typeof withdrawalStatuses)[number];

export interface TransferRecord {
  readonly id: string;
  readonly from: string | null;
  readonly to: string | null;
  readonly coin: string;
  readonly size: string;
  readonly createdAt: string;
}

export interface OrderRecord {
  readonly id: string;
  readonly clientOrderId: string;
  readonly subAccount: string | null;
  /** The key that it was entered with, or null for the website. */
  readonly apiKey: string | null;
  readonly symbol: string;
  readonly side: 'buy' | 'sell';
  readonly size: string;
  /** Null for a market order. */
  readonly price: string | null;
  readonly createdAt: string;
}

export interface FreezeRecord {
  readonly subAccount: string;
  readonly frozen: boolean;
}
