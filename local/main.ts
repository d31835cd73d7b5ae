import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { loadConfig } from '../lib/config/load-config.ts';
import { type Simulator, startSimulator } from '../simulator/index.ts';
import { type LocalCloud, startLocalCloud } from './cloud.ts';
import { type LocalArguments, parseCommandLine, usage } from './command-line.ts';
import { requireSimulatedExchanges } from './loopback-only.ts';
import { synthesise } from './synthesise.ts';

/** Tells the CLI and other processes where the local cloud is; removed when it stops. */
const LOCAL_FILE = '.rekey/local.json';

try {
  const given = parseCommandLine(process.argv.slice(2));
  if (given === 'help') process.stdout.write(usage);
  else await run(given);
} catch (error) {
  process.stderr.write(`local: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}

async function run(given: LocalArguments): Promise<void> {
  const simulator = await startSimulator({ exchange: 'bitget', seed: given.seed });
  try {
    const cloud = await startApp(given, simulator);
    writeLocalFile(cloud, simulator, given.config);
    process.stdout.write(welcome(cloud, simulator, given));
    stopOnSignal(cloud, simulator);
  } catch (error) {
    await simulator.stop();
    throw error;
  }
}

async function startApp({ config, port }: LocalArguments, simulator: Simulator): Promise<LocalCloud> {
  const environment = {
    REKEY_SIMULATOR_URL: simulator.url,
    REKEY_SIMULATOR_SUB_ACCOUNT: simulator.subAccounts[0] ?? '',
  };
  Object.assign(process.env, environment);
  requireSimulatedExchanges(await loadConfig(config));
  process.stdout.write(`synthesising the app of ${config} ...\n`);
  const assembly = await synthesise({ config });
  return await startLocalCloud({ assembly, port, followers: [simulator.clock] });
}

/** The exchange is simulated, so the manager key in this file opens nothing else. */
function writeLocalFile({ url, region, accountId }: LocalCloud, simulator: Simulator, config: string): void {
  const { exchange, url: exchangeUrl, managementUrl, seed, manager, subAccounts } = simulator;
  const content = {
    url,
    region,
    accountId,
    config,
    simulator: { exchange, url: exchangeUrl, managementUrl, seed, manager, subAccounts },
  };
  mkdirSync(dirname(LOCAL_FILE), { recursive: true });
  writeFileSync(LOCAL_FILE, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 });
}

function welcome(cloud: LocalCloud, simulator: Simulator, { config }: LocalArguments): string {
  const { functions, alarms, deployment, url } = cloud;
  const paper = new Set(deployment.onPaper.map(({ type }) => type));
  const notEvaluated = alarms.list().filter(({ evaluated }) => !evaluated);
  const managerKey = `node -p "JSON.stringify(require('./${LOCAL_FILE}').simulator.manager)"`;
  return [
    '',
    `The local cloud runs the app of ${config} at ${url}.`,
    `The simulated exchange is at ${simulator.url}, its management port at ${simulator.managementUrl}.`,
    '',
    `  functions      ${functions
      .list()
      .map(({ name }) => name)
      .join(', ')}`,
    `  alarms         ${alarms.list().length}, of which ${notEvaluated.length} are not evaluated locally`,
    `  on paper only  ${paper.size === 0 ? 'nothing' : [...paper].sort().join(', ')}`,
    '',
    'Next, in another terminal:',
    '  npm run rekey -- status --local',
    `  ${managerKey} | npm run --silent rekey -- manager put <account> --local`,
    `  curl -X POST ${url}/_local/clock -d '{"advanceMs": 14400000}'    four hours pass`,
    `  aws --endpoint-url ${url} --region ${cloud.region} secretsmanager list-secrets`,
    '',
    'docs/local-cloud.md says what is modelled and what is not. Ctrl-C stops everything.',
    '',
  ].join('\n');
}

function stopOnSignal(cloud: LocalCloud, simulator: Simulator): void {
  const stop = async (): Promise<void> => {
    rmSync(LOCAL_FILE, { force: true });
    await Promise.all([cloud.stop(), simulator.stop()]);
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void stop());
}
