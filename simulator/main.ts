import { parseCommandLine, usage } from './command-line.ts';
import { InputError } from './input-error.ts';
import { readyLine, type SimulatorOptions, startSimulator } from './start-simulator.ts';

try {
  const options = parseCommandLine(process.argv.slice(2));
  if (options === 'help') process.stdout.write(usage);
  else await run(options);
} catch (error) {
  const [message] = (error instanceof Error ? error.message : String(error)).split('\n');
  process.stderr.write(`simulate: ${message}\n`);
  process.exitCode = error instanceof InputError ? 2 : 1;
}

async function run(options: SimulatorOptions): Promise<void> {
  const simulator = await startSimulator(options);
  const stop = () => void simulator.stop();
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
  process.stdout.write(`${JSON.stringify(readyLine(simulator))}\n`);
}
