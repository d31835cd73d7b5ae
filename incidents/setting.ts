import type { OpenExchange } from '../simulator/index.ts';

export const SECOND_MS = 1_000;
export const MINUTE_MS = 60 * SECOND_MS;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;

/** Every month begins on this Monday. */
export const START_MS = Date.parse('2027-01-04T00:00:00Z');
/** A month. */
export const DAYS = 30;

export const REGION = 'eu-west-1';
export const ACCOUNT_ID = '111122223333';
/** The one exchange account of a world. */
export const ACCOUNT = 'main';
/** The addresses of the team's network, from which its programs read secrets and call the exchange. */
export const TEAM_BLOCK = '198.51.100.0/24';
/** Where the team withdraws to. */
export const TREASURY = '0x7ea50000000000000000000000000000000000aa';

export type ExchangeName = OpenExchange['exchange'];
export const EXCHANGES: readonly ExchangeName[] = ['bitget', 'binance'];

/** The ARN of a role of the team. */
export function roleArn(role: string): string {
  return `arn:aws:iam::${ACCOUNT_ID}:role/${role}`;
}
