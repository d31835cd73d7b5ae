import { createHmac } from 'node:crypto';
import type { credentials, ExchangeKey } from '../../consumer/index.ts';

const PATH = '/api/v3/trade/place-order';
/** Codes with which Bitget refuses a key that is no more. */
const AUTHENTICATION_CODES = ['40006', '40037', '40041'];

/** What the bot needs to trade. */
export interface BotOptions {
  readonly url: string;
  readonly keys: ReturnType<typeof credentials>;
  readonly now: () => Date;
}

/**
 * A trading bot as a user would write it: it gets its key through the consumer helper, signs orders itself
 * and knows nothing of rotation. It shares no code with Rekey's functions.
 */
export class Bot {
  readonly #options: BotOptions;
  readonly #underWay = new Set<Promise<void>>();
  requests = 0;
  failures = 0;
  /** How often a request was refused, then answered with a fresh key. */
  refreshes = 0;

  constructor(options: BotOptions) {
    this.#options = options;
  }

  /** Places one order. Never throws: what fails is counted. */
  trade(): Promise<void> {
    const order = this.#trade();
    this.#underWay.add(order);
    return order.finally(() => this.#underWay.delete(order));
  }

  /** Returns when no order is under way. */
  async idle(): Promise<void> {
    await Promise.all(this.#underWay);
  }

  async #trade(): Promise<void> {
    this.requests += 1;
    let attempts = 0;
    try {
      await this.#options.keys.use(
        (key) => {
          attempts += 1;
          return this.#placeOrder(key);
        },
        { isAuthenticationError: (error) => error instanceof KeyRefused },
      );
    } catch {
      this.failures += 1;
    }
    if (attempts > 1) this.refreshes += 1;
  }

  async #placeOrder(key: ExchangeKey): Promise<void> {
    const order = { category: 'SPOT', symbol: 'BTCUSDT', side: 'buy', orderType: 'market', qty: '10' };
    const body = JSON.stringify(order);
    const timestamp = String(this.#options.now().getTime());
    const signature = createHmac('sha256', key.secret)
      .update(`${timestamp}POST${PATH}${body}`)
      .digest('base64');
    const response = await fetch(`${this.#options.url}${PATH}`, {
      method: 'POST',
      body,
      headers: {
        'ACCESS-KEY': key.apiKey,
        'ACCESS-SIGN': signature,
        'ACCESS-TIMESTAMP': timestamp,
        'ACCESS-PASSPHRASE': key.password ?? '',
        'Content-Type': 'application/json',
      },
    });
    const { code } = (await response.json()) as { code: string };
    if (AUTHENTICATION_CODES.includes(code)) throw new KeyRefused(code);
    if (code !== '00000') throw new Error(`the exchange refused the order: ${code}`);
  }
}

class KeyRefused extends Error {}
