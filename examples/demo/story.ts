import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { runCli } from './cli.ts';
import type { Stage } from './stage.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const SECRET = 'rekey/demo/grid-bot';
const ROTATE_FUNCTION = 'rekey-demo-rotate';

/** The scenes, in order. Each throws if what it is about was not seen. */
export async function tellStory(stage: Stage): Promise<void> {
  await settleIn(stage);
  await putManagerKey(stage);
  await issueFirstKey(stage);
  await rotateOnSchedule(stage);
  await survivePullOfThePlug(stage);
  await answerLeak(stage);
  await settle(stage);
}

/** A new alarm that counts missing data as a fault fires until the first pass of reconcile; then it is calm. */
async function settleIn(stage: Stage): Promise<void> {
  await stage.pass(20 * MINUTE_MS);
  await stage.expect('no alarm before the story begins', () => stage.alarmsNow().length === 0);
  stage.watchAlarms();
}

async function putManagerKey(stage: Stage): Promise<void> {
  stage.screen.scene(
    '1. The manager key',
    'A person makes it at the exchange and puts it in once. The deployed function checks it from its own address.',
  );
  const { stdout } = await runCli(stage, ['manager', 'put', 'demo'], JSON.stringify(stage.simulator.manager));
  stage.screen.line(stage.now(), stdout.trim());
  await stage.expect('the manager key is accepted', () => stage.tally.count('ManagerAccepted') === 1);
}

async function issueFirstKey(stage: Stage): Promise<void> {
  stage.screen.scene(
    '2. The first key',
    'Issued, confirmed, verified by a call that it signs, promoted. Then a bot trades with it.',
  );
  await runCli(stage, ['rotate', 'demo/grid-bot']);
  await stage.expect('the first key is promoted', () => stage.tally.count('KeyPromoted') === 1);
  stage.startBot(SECRET);
  await stage.pass(5 * MINUTE_MS);
  stage.screen.line(
    stage.now(),
    `the bot trades: ${stage.bot.requests} orders, ${stage.bot.failures} failed`,
  );
}

async function rotateOnSchedule(stage: Stage): Promise<void> {
  stage.screen.scene(
    '3. A scheduled rotation',
    'Every 6 hours. The replaced key works on for its grace period of 1 hour, then it is revoked and proven dead.',
  );
  await stage.passUntil(
    'a second key is promoted',
    7 * HOUR_MS,
    () => stage.tally.count('KeyPromoted') === 2,
  );
  await stage.passUntil('the first key is revoked', 2 * HOUR_MS, () => stage.tally.count('KeyRevoked') === 1);
  stage.screen.line(
    stage.now(),
    `the bot trades on: ${stage.bot.requests} orders, ${stage.bot.failures} failed`,
  );
}

async function survivePullOfThePlug(stage: Stage): Promise<void> {
  stage.screen.scene(
    '4. The plug is pulled',
    'The function is killed right after the exchange made the key. Its secret was shown once, and nobody has it.',
  );
  await stage.orderFault({ fault: 'hang', route: 'create-sub-api', count: 1 });
  const made = (await stage.liveKeys()).length;
  const killed = stage
    .when(async () => (await stage.liveKeys()).length > made)
    .then(async () => {
      await stage.cloud.functions.kill(ROTATE_FUNCTION);
      stage.screen.line(
        stage.now(),
        `${ROTATE_FUNCTION} is killed; the exchange holds a key that nobody knows`,
      );
    });
  await stage.passUntil('the orphan is revoked', 8 * HOUR_MS, () => stage.tally.count('OrphanRevoked') === 1);
  await killed;
  await stage.passUntil('the next try succeeds', HOUR_MS, () => stage.tally.count('KeyPromoted') === 3);
  await stage.passUntil(
    'the replaced key is revoked',
    2 * HOUR_MS,
    () => stage.tally.count('KeyRevoked') === 2,
  );
}

async function answerLeak(stage: Stage): Promise<void> {
  stage.screen.scene(
    '5. A stranger reads the secret',
    'CloudTrail tells a few minutes later. The alarm fires; an emergency rotation replaces the key and revokes it at once.',
  );
  const stranger = `arn:aws:iam::${stage.cloud.accountId}:user/mallory`;
  const client = new SecretsManagerClient({
    endpoint: stage.cloud.url,
    region: stage.cloud.region,
    credentials: stage.cloud.credentialsFor(stranger),
  });
  await client.send(new GetSecretValueCommand({ SecretId: SECRET }));
  stage.screen.line(stage.now(), `${stranger} reads ${SECRET}`);
  await stage.passUntil(
    'the leaked key is revoked',
    30 * MINUTE_MS,
    () => stage.tally.count('KeyRevoked') === 3,
  );
  await stage.passUntil('the alarm fires', 10 * MINUTE_MS, () =>
    stage.tally.alarms.has('rekey-demo-UndeclaredReader'),
  );
  await showMail(stage, 'somebody undeclared read the secret');
}

/** What a person finds in the mailbox. */
async function showMail(stage: Stage, about: string): Promise<void> {
  const find = () => stage.cloud.topics.deliveries().find(({ subject }) => subject?.endsWith(about));
  await stage.expect(`a mail says: ${about}`, () => find() !== undefined);
  const mail = find();
  stage.screen.line(stage.now(), `the mail to ${mail?.endpoint} that went out meanwhile:`);
  for (const line of mail?.message.split('\n') ?? []) stage.screen.text(`    │ ${line}`);
}

/** The bot goes on for a while, and the world is compared with what the audit trail says. */
async function settle(stage: Stage): Promise<void> {
  await stage.pass(10 * MINUTE_MS);
  const live = await stage.liveKeys();
  await stage.expect('exactly one key of the sub-account is alive', () => live.length === 1);
  tellOfBot(stage);
}

function tellOfBot(stage: Stage): void {
  const { requests, failures, refreshes } = stage.bot;
  const looked = refreshes === 0 ? '' : `, ${refreshes} answered after a look at the new key`;
  stage.screen.line(stage.now(), `the bot: ${requests} orders, ${failures} failed${looked}`);
}
