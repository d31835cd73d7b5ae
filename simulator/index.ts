export type { Credentials } from './exchange.ts';
export { type Simulator, type SimulatorOptions, startSimulator } from './start-simulator.ts';
