/** What a bot, tracker or tax tool imports as `rekey/consumer`. */
export { type CredentialsOptions, credentials, type KeyCache, KeyUnavailableError } from './credentials.ts';
export type { ExchangeKey } from './exchange-key.ts';
