export type { Credentials, KeyRecord } from './exchange.ts';
export { symbols } from './market.ts';
export { type ExchangeOptions, type OpenExchange, openExchange } from './open-exchange.ts';
export { type Simulator, type SimulatorOptions, startSimulator } from './start-simulator.ts';
export type { IncomingRequest } from './traffic.ts';
