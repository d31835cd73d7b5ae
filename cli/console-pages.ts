import { functionName, secretName, secretPrefix } from '../lambda/contract.ts';
import type { Place } from './cloud.ts';

/** The AWS console under other names than the usual one, by the beginning of the Region. */
const OTHER_HOSTS = { 'cn-': 'console.amazonaws.cn', 'us-gov-': 'console.amazonaws-us-gov.com' } as const;

/**
 * Addresses of pages of the AWS console. Without a Region the console opens in the one that was used last.
 * The forms are those that the console itself shows (2026-11); AWS documents none of them.
 */
export class ConsolePages {
  readonly #root: string;
  readonly #region: string;

  constructor({ region }: Pick<Place, 'region'>) {
    const other = Object.entries(OTHER_HOSTS).find(([prefix]) => region?.startsWith(prefix));
    const host = other?.[1] ?? 'console.aws.amazon.com';
    this.#root = region === undefined ? `https://${host}` : `https://${region}.${host}`;
    this.#region = region === undefined ? '' : `region=${region}`;
  }

  /** One secret: its value, rotation and versions. */
  secret(account: string, key: string): string {
    const name = encodeURIComponent(secretName(account, key));
    return `${this.#root}/secretsmanager/secret?name=${name}${this.#more('&')}`;
  }

  /** All secrets of an account. */
  secrets(account: string): string {
    const search = encodeURIComponent(`name=${secretPrefix(account)}`);
    return `${this.#root}/secretsmanager/listsecrets?search=${search}${this.#more('&')}`;
  }

  /** The operate function, where an event can be sent to it by hand. */
  operate(account: string): string {
    const name = functionName(account, 'operate');
    return `${this.#root}/lambda/home${this.#more('?')}#/functions/${name}?tab=testing`;
  }

  /** The rules of all event buses. */
  rules(): string {
    return `${this.#root}/events/home${this.#more('?')}#/rules`;
  }

  #more(sign: '?' | '&'): string {
    return this.#region === '' ? '' : `${sign}${this.#region}`;
  }
}
