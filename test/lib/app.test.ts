import { Validations } from 'aws-cdk-lib';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import { AwsSolutionsChecks } from 'cdk-nag';
import { describe, expect, test } from 'vitest';
import { idPart } from '../../lib/fixed.ts';
import { buildApp } from '../../lib/index.ts';
import { accountOf, configOf, FULL_CONFIG, keyOf } from './fixture.ts';
import { resourcesOf, stacksOf, templatesOf } from './templates.ts';

const NAG = 'Annotation::AwsSolutions-';
const ALL_SECRETS =
  'IAM5[Resource::arn:<AWS::Partition>:secretsmanager:<AWS::Region>:<AWS::AccountId>:secret:rekey/main/*]';

/** What AwsSolutions finds and we accept. A new line here needs a reason in the code. */
const ACKNOWLEDGED = [
  'rekey-main/Functions/operateRole IAM5[Resource::*]',
  `rekey-main/Functions/operateRole ${ALL_SECRETS}`,
  'rekey-main/Functions/reconcileRole IAM5[Resource::*]',
  `rekey-main/Functions/reconcileRole ${ALL_SECRETS}`,
  'rekey-main/Functions/rotateRole IAM5[Resource::*]',
  `rekey-main/Functions/rotateRole ${ALL_SECRETS}`,
  'rekey-main/Manager/Secret SMG4',
  'rekey-shared/ManagementTrail/Bucket S1',
  `rekey-shared/ReadWatch/FunctionRole ${ALL_SECRETS.replace('main', '*')}`,
];

/**
 * Another logical id would replace the resource: a new and empty secret, a schedule that is switched off, an
 * audit trail that starts anew. These lines may grow; none may change.
 */
const SHARED = {
  EncryptionKey: 'AWS::KMS::Key',
  AuditBus: 'AWS::Events::EventBus',
  AuditArchive: 'AWS::Events::Archive',
  AuditLogGroup: 'AWS::Logs::LogGroup',
  AlertTopic: 'AWS::SNS::Topic',
  TrailBucket: 'AWS::S3::Bucket',
  EgressAddressAllocation: 'AWS::EC2::EIP',
};
const MAIN = {
  ManagerSecret: 'AWS::SecretsManager::Secret',
  ManagerSecretPolicy: 'AWS::SecretsManager::ResourcePolicy',
  SecretGridDashBot: 'AWS::SecretsManager::Secret',
  ScheduleGridDashBot: 'AWS::SecretsManager::RotationSchedule',
  ReadersGridDashBot: 'AWS::SecretsManager::ResourcePolicy',
  SecretTaxDashTool: 'AWS::SecretsManager::Secret',
  ScheduleTaxDashTool: 'AWS::SecretsManager::RotationSchedule',
  SecretsManagerInvokesRotate: 'AWS::Lambda::Permission',
  AlertTopic: 'AWS::SNS::Topic',
};

/** What is kept when its stack is deleted, and when it is replaced. */
const KEPT = [
  'AuditArchive',
  'AuditBus',
  'AuditLogGroup',
  'EgressAddressAllocation',
  'EncryptionKey',
  'ManagerSecret',
  'SecretGridDashBot',
  'SecretTaxDashTool',
  'TrailBucket',
];

describe('the app', () => {
  const app = buildApp(FULL_CONFIG);
  const stacks = stacksOf(app);

  test('has one stack for what is shared and one for each exchange account', () => {
    const two = configOf({ accounts: [accountOf(), accountOf({ name: 'paper', environment: 'demo' })] });
    const names = stacksOf(buildApp(two)).map((stack) => stack.stackName);

    expect(names).toEqual(['rekey-shared', 'rekey-main', 'rekey-paper']);
  });

  test('has no finding of AwsSolutions that is not acknowledged', () => {
    const { violations } = new AwsSolutionsChecks(app).validateScope(app);

    expect(violations.map(({ ruleName, violatingResources }) => [ruleName, violatingResources])).toEqual([]);
  });

  test('acknowledges only the findings listed here, each with a reason', () => {
    const acknowledged = app.node
      .findAll()
      .flatMap(({ node }) => node.metadata.map(({ type, data }) => ({ type, data, path: node.path })))
      .filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)
      .flatMap(({ path, data }) => Object.entries<string>(data).map(([id, reason]) => ({ path, id, reason })))
      .filter(({ id }) => id.startsWith(NAG));

    expect(acknowledged.map(({ path, id }) => `${path} ${id.slice(NAG.length)}`).sort()).toEqual(
      ACKNOWLEDGED,
    );
    expect(acknowledged.filter(({ reason }) => reason.length < 40)).toEqual([]);
  });

  test('synthesises without warnings and errors', () => {
    const noted = stacks.flatMap((stack) => {
      const found = Annotations.fromStack(stack);
      return [...found.findWarning('*', Match.anyValue()), ...found.findError('*', Match.anyValue())];
    });

    expect(noted.map(({ entry }) => entry.data)).toEqual([]);
  });

  test('brings no custom resource and no function but its own five', () => {
    const resources = Object.values(templatesOf(FULL_CONFIG)).flatMap((template) =>
      Object.values(resourcesOf(template)),
    );
    const functions = resources.filter(({ Type }) => Type === 'AWS::Lambda::Function');
    const custom = resources.filter(({ Type }) => /^Custom::|CustomResource/.test(Type));

    expect(custom).toEqual([]);
    expect(functions.map(({ Properties }) => Properties.FunctionName)).toEqual([
      'rekey-watch-reads',
      'rekey-notify',
      'rekey-main-rotate',
      'rekey-main-reconcile',
      'rekey-main-operate',
    ]);
  });

  test('grows with a key by its secret and its schedule only', () => {
    const [one = [], two = []] = [['a'], ['a', 'b']].map((names) => {
      const keys = names.map((name) => keyOf({ name, readers: [] }));
      const { main } = templatesOf(configOf({ accounts: [accountOf({ keys })] }));
      return Object.keys(resourcesOf(main));
    });

    expect(two.filter((id) => !one.includes(id))).toEqual(['SecretB', 'ScheduleB']);
  });
});

describe('logical ids', () => {
  const { shared, main } = templatesOf(FULL_CONFIG);

  test.each([
    { stack: 'shared', ids: SHARED, template: shared },
    { stack: 'main', ids: MAIN, template: main },
  ])('of the $stack stack stay what they are', ({ ids, template }) => {
    const resources = resourcesOf(template);
    const types = Object.keys(ids).map((id) => [id, resources[id]?.Type]);

    expect(Object.fromEntries(types)).toEqual(ids);
  });

  test('of what must outlive its stack are kept, unless the deployment that made them is rolled back', () => {
    const resources = { ...resourcesOf(shared), ...resourcesOf(main) };
    const kept = Object.entries(resources).filter(
      ([, { UpdateReplacePolicy }]) => UpdateReplacePolicy === 'Retain',
    );

    expect(kept.map(([id]) => id).sort()).toEqual(KEPT);
    expect(new Set(kept.map(([, { DeletionPolicy }]) => DeletionPolicy))).toEqual(
      new Set(['RetainExceptOnCreate']),
    );
  });

  test('differ for names that differ only in a hyphen', () => {
    const names = ['ab1', 'a-b1', 'ab-1', 'a-b-1', 'adashb1'];

    expect(new Set(names.map(idPart)).size).toBe(names.length);
  });
});
