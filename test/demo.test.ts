import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runCli } from '../examples/demo/cli.ts';
import { type Performance, perform } from '../examples/demo/perform.ts';
import type { Screen } from '../examples/demo/screen.ts';
import type { Stage } from '../examples/demo/stage.ts';

const MINUTE_MS = 60_000;
const WRONG_SECRET = 'canary-wrong-manager-secret-7d1f';
const WRONG_PASSPHRASE = 'canaryWrongPassphrase42';
/** Not even an administrator may read the manager secret; the test looks through the eyes of reconcile. */
const RECONCILE = {
  arn: 'arn:aws:sts::000000000000:assumed-role/rekey-demo-reconcile-us-east-1/rekey-demo-reconcile',
  roleArn: 'arn:aws:iam::000000000000:role/rekey/rekey-demo-reconcile-us-east-1',
  type: 'AssumedRole',
  sourceAddress: '127.0.0.1',
} as const;

/** Everything that left the process of a function, or that a person saw. */
const seen = new Map<string, string[]>();
let performance: Performance;

function see(where: string, text: string): void {
  seen.set(where, [...(seen.get(where) ?? []), text]);
}

const screen: Screen = {
  scene: (title, explanation) => see('screen', `${title} ${explanation}`),
  line: (_at, text) => see('screen', text),
  event: (_at, event) => see('screen', inspect(event)),
  alarm: (_at, name) => see('screen', name),
  text: (text) => see('screen', text),
};

beforeAll(async () => {
  performance = await perform(screen, ({ cloud }) => {
    cloud.events.onEvent((event) => see('event', JSON.stringify(event)));
  });
  expect(performance.missing).toEqual([]);
  await provokeErrors(performance.stage);
  collect(performance);
}, 180_000);

afterAll(() => performance.end());

/** What is most likely to spill a secret: answers that cannot be read, keys that are refused, unexpected input. */
async function provokeErrors(stage: Stage): Promise<void> {
  await stage.orderFault({ fault: 'garbage', route: 'create-sub-api', count: 1 });
  await runCli(stage, ['rotate', 'demo/grid-bot']);
  await stage.pass(30 * MINUTE_MS);
  const wrong = { ...stage.simulator.manager, secret: WRONG_SECRET, password: WRONG_PASSPHRASE };
  for (const input of [
    JSON.stringify(wrong),
    `{"apiKey": "${WRONG_SECRET}`,
    JSON.stringify({ apiKey: WRONG_SECRET }),
  ]) {
    const outcome = await runCli(stage, ['manager', 'put', 'demo'], input).catch(
      (error: Error) => error.message,
    );
    expect(typeof outcome, 'a manager key that will not do is refused').toBe('string');
    see('cli', String(outcome));
  }
  for (const verb of [['status'], ['status', '--json'], ['audit'], ['audit', '--json']]) {
    see('cli', (await runCli(stage, verb)).stdout);
  }
}

function collect({ stage, assembly }: Performance): void {
  const { logs, topics, queues } = stage.cloud;
  for (const group of logs.groups()) see('log', logs.lines(group.name).join('\n'));
  see('mail', JSON.stringify(topics.deliveries()));
  for (const { name } of queues.list()) see('queue', JSON.stringify(queues.messages(name)));
  for (const file of readdirSync(assembly).filter((name) => name.endsWith('.json'))) {
    see('template', readFileSync(join(assembly, file), 'utf8'));
  }
}

/** The secret half of every key, passphrases and the salt, as Secrets Manager holds them. */
async function secretsInPlay({ cloud, simulator }: Stage): Promise<string[]> {
  const call = (operation: string, input: object) =>
    cloud.secretsManager.call(operation, input, RECONCILE) as Promise<Record<string, unknown>>;
  const { secret, password = WRONG_PASSPHRASE } = simulator.manager;
  const found = [secret, password, WRONG_SECRET, WRONG_PASSPHRASE];
  for (const SecretId of ['rekey/demo/manager', 'rekey/demo/grid-bot']) {
    const { Versions } = await call('ListSecretVersionIds', { SecretId, IncludeDeprecated: true });
    for (const { VersionId } of Versions as { VersionId: string }[]) {
      const { SecretString } = await call('GetSecretValue', { SecretId, VersionId });
      const { apiKey: _public, ...secret } = JSON.parse(String(SecretString)) as Record<string, string>;
      found.push(...Object.values(secret));
    }
  }
  return [...new Set(found)];
}

function formsOf(secret: string): string[] {
  const base64 = Buffer.from(secret).toString('base64').replace(/=+$/, '');
  return [secret, base64, encodeURIComponent(secret), Buffer.from(secret).toString('hex')];
}

describe('the demo', () => {
  test('shows everything that it is to show, and the bot has no failed request', () => {
    expect(performance.missing).toEqual([]);
    expect(performance.summary).toMatchObject({
      keysIssued: 4,
      keysPromoted: 4,
      keysRevoked: 3,
      orphansReaped: 1,
      botFailures: 0,
      alarms: ['rekey-demo-RotationFailed', 'rekey-demo-SuspectedCompromise', 'rekey-demo-UndeclaredReader'],
    });
  });

  test('leaves no dead letter', () => {
    const { queues } = performance.stage.cloud;
    expect(queues.list().flatMap(({ name }) => queues.messages(name))).toEqual([]);
  });

  test('ends with the whole audit trail in the log group', () => {
    const told = performance.stage.cloud.logs
      .lines('/aws/events/rekey-audit')
      .map((line) => JSON.parse(line));
    const names = new Set(told.map((event) => event['detail-type']));
    expect([...names]).toEqual(
      expect.arrayContaining(['KeyIssued', 'KeyPromoted', 'KeyRevoked', 'AWS Service Event via CloudTrail']),
    );
  });

  test('recovers from an answer that cannot be read: one key is alive and current', async () => {
    expect(await performance.stage.liveKeys()).toHaveLength(2);
    const { stdout } = await runCli(performance.stage, ['status', '--json']);
    expect(stdout).toContain('"state": "Current"');
  });
});

describe('canary: no secret leaves Secrets Manager', () => {
  test.each(['log', 'event', 'mail', 'queue', 'template', 'cli', 'screen'])('in no %s', async (where) => {
    const texts = seen.get(where) ?? [];
    expect(texts.join('').length, 'something was looked at').toBeGreaterThan(where === 'queue' ? 0 : 200);
    const secrets = await secretsInPlay(performance.stage);
    expect(secrets.length).toBeGreaterThan(10);
    const spilt = secrets.flatMap(formsOf).filter((form) => texts.some((text) => text.includes(form)));
    expect(spilt.length, `secrets found in ${where}`).toBe(0);
  });

  test('the search finds a secret where there is one', async () => {
    const [secret = ''] = await secretsInPlay(performance.stage);
    expect(formsOf(secret).some((form) => `x${Buffer.from(secret).toString('base64')}`.includes(form))).toBe(
      true,
    );
  });
});
