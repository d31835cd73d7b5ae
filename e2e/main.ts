import { parseArgs } from 'node:util';
import { perform } from './perform.ts';
import { endAll } from './process.ts';

// The AWS SDK's advice to leave Node 20 is not part of this.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';

const { json, write } = readArguments();
for (const [signal, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const) {
  process.once(signal, () => process.exit(code));
}
// The last net: whatever ends this process, nothing that it started outlives it.
process.once('exit', endAll);
const say = (line: string) => void (json ? process.stderr : process.stdout).write(`${line}\n`);
process.exitCode = (await perform({ say, json, write })) ? 0 : 1;

function readArguments() {
  try {
    const options = {
      json: { type: 'boolean', default: false },
      write: { type: 'boolean', default: false },
    } as const;
    return parseArgs({ options }).values;
  } catch {
    process.stderr.write('usage: npm run e2e [-- --json] [--write]\n');
    process.exit(2);
  }
}
