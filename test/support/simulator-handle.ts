import type { KeyRecord } from '../../simulator/exchange.ts';
import { type Credentials, type Simulator, startSimulator } from '../../simulator/index.ts';
import type { LoggedRequest } from '../../simulator/request-log.ts';

/** What every record of the website has. */
interface Happened {
  readonly id: string;
  readonly createdAt: string;
}

/** A simulated exchange and its management port: what a test orders, and what it may look at. */
export class SimulatorHandle {
  readonly simulator: Simulator;

  private constructor(simulator: Simulator) {
    this.simulator = simulator;
  }

  /** Without rate limits, so that a test's speed does not matter; hostile as by default. */
  static async start(exchange: Simulator['exchange']): Promise<SimulatorHandle> {
    return new SimulatorHandle(await startSimulator({ exchange, seed: 7, rateLimits: false }));
  }

  now(): Date {
    return new Date(this.simulator.clock.now());
  }

  /** Orders a fault; see docs/simulator.md. */
  async fault(order: object): Promise<void> {
    await this.#manage('POST', '/faults', order);
  }

  async clearFaults(): Promise<void> {
    await this.#manage('POST', '/faults', { clear: true });
  }

  /** Begins anew from the seed. */
  async reset(): Promise<void> {
    await this.#manage('POST', '/reset', {});
  }

  /** Every key that is alive. */
  async keys(): Promise<KeyRecord[]> {
    const { keys } = await this.#manage<{ keys: KeyRecord[] }>('GET', '/keys');
    return keys.filter(({ deletedAt }) => deletedAt === null);
  }

  async key(keyId: string): Promise<KeyRecord | undefined> {
    return (await this.keys()).find(({ apiKey }) => apiKey === keyId);
  }

  /** Living keys of a sub-account. */
  async keysOf(subAccount: string): Promise<KeyRecord[]> {
    return (await this.keys()).filter((key) => key.subAccount === subAccount);
  }

  /** Requests that reached a route. */
  async requests(route: string): Promise<LoggedRequest[]> {
    const { requests } = await this.#manage<{ requests: LoggedRequest[] }>('GET', '/requests');
    return requests.filter((request) => request.route === route);
  }

  /** A person makes a key at the website. */
  async makeKey(fields: object): Promise<Credentials & KeyRecord> {
    return await this.#manage('POST', '/keys', fields);
  }

  async changeKey(keyId: string, fields: object): Promise<void> {
    await this.#manage('PATCH', `/keys/${keyId}`, fields);
  }

  async deleteKey(keyId: string): Promise<void> {
    await this.#manage('DELETE', `/keys/${keyId}`);
  }

  /** Something happens at the website: see docs/simulator.md. @returns the record of it */
  async happens(what: 'withdrawals' | 'transfers' | 'orders' | 'freezes', fields: object): Promise<Happened> {
    return await this.#manage('POST', `/${what}`, fields);
  }

  async #manage<T>(method: string, path: string, body?: object): Promise<T> {
    const text = body === undefined ? {} : { body: JSON.stringify(body) };
    const response = await fetch(`${this.simulator.managementUrl}${path}`, { method, ...text });
    if (!response.ok) throw new Error(await response.text());
    return (await response.json()) as T;
  }
}
