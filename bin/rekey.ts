import { thisMachine } from '../cli/machine.ts';
import { runCli } from '../cli/main.ts';

process.exitCode = await runCli(process.argv.slice(2), thisMachine(process));
