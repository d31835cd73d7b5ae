import type { SimulatorClock } from './clock.ts';
import type { Credentials } from './exchange.ts';
import { listen } from './loopback-server.ts';
import { handleManagementRequest } from './management-port.ts';
import { managementRoutes } from './management-routes.ts';
import { type ExchangeName, type ExchangeOptions, openExchange } from './open-exchange.ts';

export interface SimulatorOptions extends ExchangeOptions {
  /** @default 0, any free port */
  readonly port?: number | undefined;
  /** @default 0, any free port */
  readonly managementPort?: number | undefined;
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
  const open = openExchange(options);
  const exchangeServer = await listen(options.port ?? 0, open.handle);
  const routes = managementRoutes(open, () => readyLine(simulator));
  const managementServer = await listen(options.managementPort ?? 0, (request) =>
    handleManagementRequest(routes, request),
  ).catch(async (error: unknown) => {
    await exchangeServer.close();
    throw error;
  });
  const { exchange, seed, manager, subAccounts, clock } = open;
  const simulator: Simulator = {
    exchange,
    url: exchangeServer.url,
    managementUrl: managementServer.url,
    seed,
    manager,
    subAccounts,
    clock,
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
