import { randomInt } from 'node:crypto';

import { binance } from './binance/simulate-binance.ts';
import { bitget } from './bitget/simulate-bitget.ts';
import { SimulatorClock } from './clock.ts';
import type { Credentials, ExchangeKind, KeyRecord, SimulatedExchange } from './exchange.ts';
import { carryOutLate, type ExchangePort, handleExchangeRequest } from './exchange-port.ts';
import { FaultBoard } from './fault-board.ts';
import { parseFaultOrder } from './fault-order.ts';
import { LateEffects } from './late-effects.ts';
import { SeededRandom } from './random.ts';
import { RequestLog } from './request-log.ts';
import type { Delivery, IncomingRequest } from './traffic.ts';
import type { Website } from './website.ts';

const exchanges = { bitget, binance } satisfies Record<string, ExchangeKind>;

export type ExchangeName = keyof typeof exchanges;

/** The exchanges that can be simulated. */
export const exchangeNames = Object.keys(exchanges) as ExchangeName[];

/** What an exchange is opened with; the same options give the same exchange. */
export interface ExchangeOptions {
  readonly exchange: ExchangeName;
  /** A whole number from 0. @default a random one, which the simulator then names */
  readonly seed?: number | undefined;
  /** How many sub-accounts with manageable keys there are, at least 1. @default 3 */
  readonly subAccounts?: number | undefined;
  /** Whether the hostile defaults (`reorder`, `extra-fields`) are on at the start. @default true */
  readonly hostility?: boolean | undefined;
  /** Whether the exchange's rate limits hold. @default true */
  readonly rateLimits?: boolean | undefined;
}

/**
 * A simulated exchange without ports. `manager` and `subAccounts` follow from the options, so a reset does not
 * change them; everything else is looked up anew after one.
 */
export interface OpenExchange {
  readonly exchange: ExchangeName;
  readonly seed: number;
  readonly clock: SimulatorClock;
  readonly faults: FaultBoard;
  readonly log: RequestLog;
  readonly website: Website;
  /** Every key there ever was. */
  readonly keys: readonly KeyRecord[];
  readonly manager: Credentials;
  readonly subAccounts: readonly string[];
  /** Carries out one request with the faults in force, at once; only the caller can wait for a delay. */
  handle(request: IncomingRequest): Delivery;
  /**
   * Orders a fault, as `POST /faults` does. @throws InputError for one that makes no sense, now rather than
   * when it strikes
   */
  orderFault(order: unknown): void;
  /** Begins anew, with the clock, faults and hostility of the start. */
  reset(): void;
}

/** Opens a simulated exchange in this process, without listening anywhere. */
export function openExchange(options: ExchangeOptions): OpenExchange {
  const clock = new SimulatorClock();
  const seed = options.seed ?? randomInt(2 ** 32);
  let port = makePort(options, { seed, clock });
  /** The exchange after all that should have happened by now has happened. */
  const settled = (): SimulatedExchange => {
    carryOutLate(port);
    return port.exchange;
  };
  return {
    exchange: options.exchange,
    seed,
    clock,
    manager: port.exchange.manager,
    subAccounts: port.exchange.subAccounts,
    get faults() {
      return port.faults;
    },
    get log() {
      return port.log;
    },
    get website() {
      return settled().website;
    },
    get keys() {
      return settled().keys;
    },
    handle: (request) => handleExchangeRequest(port, request),
    orderFault: (order) => orderFault(port, order, options.exchange),
    reset: () => {
      clock.reset();
      port = makePort(options, { seed, clock });
    },
  };
}

function makePort(
  { exchange: name, subAccounts = 3, hostility = true, rateLimits = true }: ExchangeOptions,
  { seed, clock }: { seed: number; clock: SimulatorClock },
): ExchangePort {
  const kind = exchanges[name];
  const faults = new FaultBoard(new SeededRandom(seed, 'faults'), { hostile: hostility, known: kind.faults });
  return {
    exchange: kind.simulate({ seed, clock, faults, rateLimits, subAccounts }),
    clock,
    faults,
    log: new RequestLog(),
    late: new LateEffects(),
    random: new SeededRandom(seed, 'unknown fields'),
  };
}

function orderFault({ exchange, faults }: ExchangePort, body: unknown, name: ExchangeName): void {
  const order = parseFaultOrder(body, {
    routes: exchange.routeNames,
    permissions: exchanges[name].permissions,
  });
  if (order.code !== undefined) exchange.refusal(order.code);
  faults.add(order);
}
