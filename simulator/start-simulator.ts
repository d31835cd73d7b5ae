import { randomInt } from 'node:crypto';
import { simulateBitget } from './bitget/simulate-bitget.ts';
import { SimulatorClock } from './clock.ts';
import type { Credentials, ExchangeSetting, SimulatedExchange } from './exchange.ts';
import { handleExchangeRequest } from './exchange-port.ts';
import { FaultBoard } from './fault-board.ts';
import { listen } from './loopback-server.ts';
import { handleManagementRequest } from './management-port.ts';
import { managementRoutes } from './management-routes.ts';
import { SeededRandom } from './random.ts';
import { RequestLog } from './request-log.ts';

const exchanges = { bitget: simulateBitget } satisfies Record<
  string,
  (setting: ExchangeSetting) => SimulatedExchange
>;

export type ExchangeName = keyof typeof exchanges;

/** The exchanges that can be simulated. */
export const exchangeNames = Object.keys(exchanges) as ExchangeName[];

export interface SimulatorOptions {
  readonly exchange: ExchangeName;
  /** @default 0, any free port */
  readonly port?: number | undefined;
  /** @default 0, any free port */
  readonly managementPort?: number | undefined;
  /** A whole number from 0. @default a random one, which the simulator then names */
  readonly seed?: number | undefined;
  /** Whether the hostile defaults (`reorder`, `extra-fields`) are on at the start. @default true */
  readonly hostility?: boolean | undefined;
  /** Whether the exchange's rate limits hold. @default true */
  readonly rateLimits?: boolean | undefined;
}

/** A running simulator. `manager` and `subAccounts` follow from the seed, so a reset does not change them. */
export interface Simulator {
  readonly exchange: ExchangeName;
  readonly url: string;
  readonly managementUrl: string;
  readonly seed: number;
  readonly manager: Credentials;
  readonly subAccounts: readonly string[];
  readonly clock: SimulatorClock;
  /** Cuts all connections and closes both ports. Stopping again does nothing. */
  stop(): Promise<void>;
}

/**
 * Starts a simulated exchange on 127.0.0.1, in this process. All state is in memory and ends with it.
 * @throws when a port is taken
 */
export async function startSimulator(options: SimulatorOptions): Promise<Simulator> {
  const world = new World(options);
  const exchangeServer = await listen(options.port ?? 0, (request) => handleExchangeRequest(world, request));
  const routes = managementRoutes(world, () => readyLine(simulator));
  const managementServer = await listen(options.managementPort ?? 0, (request) =>
    handleManagementRequest(routes, request),
  ).catch(async (error: unknown) => {
    await exchangeServer.close();
    throw error;
  });
  const simulator: Simulator = {
    exchange: options.exchange,
    url: exchangeServer.url,
    managementUrl: managementServer.url,
    seed: world.seed,
    manager: world.exchange.manager,
    subAccounts: world.exchange.subAccounts,
    clock: world.clock,
    stop: async () => {
      await Promise.all([exchangeServer.close(), managementServer.close()]);
    },
  };
  return simulator;
}

/** What the command line prints when the simulator is ready, and what a reset answers. */
export function readyLine({ clock: _clock, stop: _stop, ...line }: Simulator): object {
  return line;
}

/** All that a reset makes anew. */
class World {
  readonly seed: number;
  readonly clock = new SimulatorClock();
  readonly #options: SimulatorOptions;
  log: RequestLog;
  random: SeededRandom;
  faults: FaultBoard;
  exchange: SimulatedExchange;

  constructor(options: SimulatorOptions) {
    this.#options = options;
    this.seed = options.seed ?? randomInt(2 ** 32);
    ({ log: this.log, random: this.random, faults: this.faults, exchange: this.exchange } = this.#make());
  }

  reset(): void {
    this.clock.reset();
    Object.assign(this, this.#make());
  }

  #make() {
    const { seed, clock } = this;
    const { exchange: name, hostility = true, rateLimits = true } = this.#options;
    const faults = new FaultBoard(new SeededRandom(seed, 'faults'), hostility);
    const exchange = exchanges[name]({ seed, clock, faults, rateLimits });
    return { log: new RequestLog(), random: new SeededRandom(seed, 'unknown fields'), faults, exchange };
  }
}
