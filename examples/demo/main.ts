import { parseArgs } from 'node:util';
import { perform } from './perform.ts';
import { humanScreen, jsonScreen } from './screen.ts';
import { printSummary } from './summary.ts';

// The AWS SDK's advice to leave Node 20 is not part of the story.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';

const json = readArguments();
const { stage, summary, missing, end } = await perform(
  json ? jsonScreen(process.stdout) : humanScreen(process.stdout),
);
if (json) process.stdout.write(`${JSON.stringify({ event: 'DemoFinished', ...summary })}\n`);
else printSummary(summary, stage);
for (const what of missing) process.stderr.write(`not seen: ${what}\n`);
process.exitCode = missing.length === 0 ? 0 : 1;
await end();

function readArguments(): boolean {
  try {
    return parseArgs({ options: { json: { type: 'boolean', default: false } } }).values.json;
  } catch {
    process.stderr.write('usage: npm run demo [-- --json]\n');
    process.exit(2);
  }
}
