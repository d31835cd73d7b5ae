import type { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, test } from 'vitest';
import { METRICS } from '../../lambda/contract.ts';
import { GRAPHS } from '../../lib/dashboard-graphs.ts';
import { accountOf, configOf, FULL_CONFIG, GRID_ROLE, keyOf, TAX_ROLE } from './fixture.ts';
import {
  conditionOf,
  only,
  plain,
  type Resource,
  resourcesOf,
  type Statement,
  statementsOf,
  templatesOf,
} from './templates.ts';

const { shared } = templatesOf(FULL_CONFIG);
const all = resourcesOf(shared);
const LOG_GROUP =
  'arn:<AWS::Partition>:logs:<AWS::Region>:<AWS::AccountId>:log-group:/aws/events/rekey-audit';

function ruleOf(prefix: string): Resource {
  const [, rule] =
    Object.entries(resourcesOf(shared, 'AWS::Events::Rule')).find(([id]) => id.startsWith(prefix)) ?? [];
  if (!rule) throw new Error(`no rule ${prefix}`);
  return rule;
}

function targetOf(rule: Resource): Record<string, unknown> {
  return (rule.Properties.Targets as Record<string, unknown>[])[0] ?? {};
}

describe('the encryption key', () => {
  const statementOf = (sid: string): Statement | undefined =>
    statementsOf(all.EncryptionKey).find(({ Sid }) => Sid === sid);
  const readerStatements = (template: Template | undefined): Statement[] =>
    statementsOf(resourcesOf(template).EncryptionKey).filter(({ Sid }) => Sid?.startsWith('Reader'));
  const secretsByRole = (statement: Statement) => [
    conditionOf(statement, 'ArnEquals', 'aws:PrincipalArn'),
    conditionOf(statement, 'ArnLike', 'kms:EncryptionContext:SecretARN').map(plain),
  ];

  test('renews its material and has a name', () => {
    expect(all.EncryptionKey?.Properties.EnableKeyRotation).toBe(true);
    expect(only(resourcesOf(shared, 'AWS::KMS::Alias')).Properties.AliasName).toBe('alias/rekey');
  });

  test('decrypts for each declared reader its own keys, through Secrets Manager only', () => {
    const readers = [{ role: TAX_ROLE }, { role: GRID_ROLE }];
    const hedge = accountOf({ name: 'hedge', keys: [keyOf({ subAccount: '2234567890' })] });
    const main = accountOf({ keys: [keyOf({ name: 'tax', readers }), keyOf()] });
    const { shared: two } = templatesOf(configOf({ accounts: [main, hedge] }));
    const statements = readerStatements(two);
    const secret = 'arn:<AWS::Partition>:secretsmanager:<AWS::Region>:<AWS::AccountId>:secret:rekey';

    expect(statements.map(({ Sid, Action }) => [Sid, Action])).toEqual([
      ['ReaderThroughSecretsManager1', 'kms:Decrypt'],
      ['ReaderThroughSecretsManager2', 'kms:Decrypt'],
    ]);
    expect(statements.map((one) => conditionOf(one, 'StringEquals', 'kms:ViaService').map(plain))).toEqual(
      Array.from({ length: 2 }, () => ['secretsmanager.<AWS::Region>.amazonaws.com']),
    );
    expect(statements.map(secretsByRole)).toEqual([
      [
        [GRID_ROLE],
        [`${secret}/hedge/grid-bot-??????`, `${secret}/main/grid-bot-??????`, `${secret}/main/tax-??????`],
      ],
      [[TAX_ROLE], [`${secret}/main/tax-??????`]],
    ]);
  });

  test('admits no reader if none is declared', () => {
    const { shared: none } = templatesOf(
      configOf({ accounts: [accountOf({ keys: [keyOf({ readers: [] })] })] }),
    );

    expect(readerStatements(none)).toEqual([]);
  });

  test.each([
    { sid: 'AlarmsToTopics', operator: 'StringEquals', key: 'aws:SourceAccount', limit: '<AWS::AccountId>' },
    {
      sid: 'LogGroups',
      operator: 'ArnLike',
      key: 'kms:EncryptionContext:aws:logs:arn',
      limit: 'arn:<AWS::Partition>:logs:<AWS::Region>:<AWS::AccountId>:log-group:/aws/*/rekey-*',
    },
    {
      sid: 'TrailFiles',
      operator: 'StringEquals',
      key: 'aws:SourceArn',
      limit: 'arn:<AWS::Partition>:cloudtrail:<AWS::Region>:<AWS::AccountId>:trail/rekey',
    },
  ])('serves an AWS service ($sid) for this AWS account only', ({ sid, operator, key, limit }) => {
    expect(conditionOf(statementOf(sid), operator, key).map(plain)).toEqual([limit]);
  });
});

describe('the audit trail', () => {
  test('is a bus, kept in an archive for a year', () => {
    expect(all.AuditBus?.Properties.Name).toBe('rekey-audit');
    expect(all.AuditArchive?.Properties).toMatchObject({
      SourceArn: { 'Fn::GetAtt': ['AuditBus', 'Arn'] },
      RetentionDays: 365,
    });
  });

  test('is logged in full, encrypted, for ten years', () => {
    const rule = ruleOf('AuditTrailLogEverything');

    expect(all.AuditLogGroup?.Properties).toMatchObject({
      LogGroupName: '/aws/events/rekey-audit',
      RetentionInDays: 3653,
      KmsKeyId: { 'Fn::GetAtt': ['EncryptionKey', 'Arn'] },
    });
    expect(rule.Properties).toMatchObject({
      EventBusName: { Ref: 'AuditBus' },
      EventPattern: { account: [{ Ref: 'AWS::AccountId' }] },
    });
    expect(plain(targetOf(rule).Arn)).toBe(LOG_GROUP);
  });

  test('is admitted to its log group, and to no other, and only its own rules write', () => {
    const policy = only(resourcesOf(shared, 'AWS::Logs::ResourcePolicy'));
    const admitted = {
      Effect: 'Allow',
      Principal: { Service: ['delivery.logs.amazonaws.com', 'events.amazonaws.com'] },
      Resource: `${LOG_GROUP}:*`,
    };
    const rules = 'arn:<AWS::Partition>:events:<AWS::Region>:<AWS::AccountId>:rule/rekey-audit/*';

    expect(JSON.parse(plain(policy.Properties.PolicyDocument)).Statement).toEqual([
      { ...admitted, Action: 'logs:CreateLogStream' },
      { ...admitted, Action: 'logs:PutLogEvents', Condition: { ArnLike: { 'aws:SourceArn': rules } } },
    ]);
  });

  test.each([
    {
      what: 'service events',
      rule: 'AuditTrailForwardServiceEvents',
      pattern: {
        source: ['aws.secretsmanager'],
        'detail-type': ['AWS Service Event via CloudTrail'],
        detail: {
          additionalEventData: { SecretId: [{ wildcard: 'arn:*:secretsmanager:*:*:secret:rekey/*' }] },
        },
      },
    },
    {
      what: 'label events',
      rule: 'AuditTrailForwardLabelEvents',
      pattern: {
        source: ['aws.secretsmanager'],
        'detail-type': ['Secret Label Updated'],
        detail: { name: [{ prefix: 'rekey/' }] },
      },
    },
  ])("holds Secrets Manager's own $what on our secrets", ({ rule, pattern }) => {
    const { Properties } = ruleOf(rule);

    expect(Properties.EventPattern).toEqual(pattern);
    expect(Properties).not.toHaveProperty('EventBusName');
    expect(targetOf(ruleOf(rule)).Arn).toEqual({ 'Fn::GetAtt': ['AuditBus', 'Arn'] });
  });

  test('keeps events for as long as the configuration says', () => {
    const retention = { auditLog: '365 days', archive: '30 days', functionLogs: '30 days' } as const;
    const { shared: short } = templatesOf(configOf({ retention }));
    const days = Object.values(resourcesOf(short, 'AWS::Logs::LogGroup')).map(
      ({ Properties }) => Properties.RetentionInDays,
    );

    expect(resourcesOf(short).AuditArchive?.Properties.RetentionDays).toBe(30);
    expect(days.sort()).toEqual([30, 30, 30, 365]);
  });
});

test('every target of a rule has a dead-letter queue', () => {
  const targets = Object.values(resourcesOf(shared, 'AWS::Events::Rule')).map(targetOf);

  expect(targets).toHaveLength(6);
  expect(targets.map((target) => plain(target.DeadLetterConfig))).toEqual(
    Array.from({ length: 6 }, () => expect.stringMatching(/^<<DeadLetterQueue\w+\.Arn>>$/)),
  );
});

describe('the read watch', () => {
  test('sees reads by name and by ARN, and refused batches, although they are read-only calls', () => {
    const { Properties } = ruleOf('ReadWatchRule');

    expect(Properties.State).toBe('ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS');
    expect(Properties).not.toHaveProperty('EventBusName');
    expect(Properties.EventPattern).toEqual({
      source: ['aws.secretsmanager'],
      'detail-type': ['AWS API Call via CloudTrail'],
      detail: {
        $or: [
          {
            eventName: ['GetSecretValue'],
            requestParameters: {
              secretId: [{ prefix: 'rekey/' }, { wildcard: 'arn:*:secretsmanager:*:*:secret:rekey/*' }],
            },
          },
          { eventName: ['BatchGetSecretValue'], errorCode: [{ prefix: 'AccessDenied' }] },
        ],
      },
    });
  });

  test('runs one function outside any network', () => {
    const { Properties } = only(
      resourcesOf(shared, 'AWS::Lambda::Function'),
      (one) => one.Properties.FunctionName === 'rekey-watch-reads',
    );

    expect(Properties).toMatchObject({ FunctionName: 'rekey-watch-reads', Timeout: 60, MemorySize: 256 });
    expect(Properties).not.toHaveProperty('VpcConfig');
  });
});

describe('the management trail', () => {
  test('is not made if the AWS account has one', () => {
    const { shared: existing } = templatesOf(configOf());

    expect(resourcesOf(existing, 'AWS::CloudTrail::Trail')).toEqual({});
    expect(resourcesOf(existing, 'AWS::S3::Bucket')).toEqual({});
  });

  test('records this Region, encrypted and with digests, into a bucket that is closed', () => {
    const { Properties } = only(resourcesOf(shared, 'AWS::CloudTrail::Trail'));

    expect(Properties).toMatchObject({
      IsLogging: true,
      IsMultiRegionTrail: false,
      EnableLogFileValidation: true,
      KMSKeyId: { 'Fn::GetAtt': ['EncryptionKey', 'Arn'] },
      S3BucketName: { Ref: 'TrailBucket' },
    });
    expect(all.TrailBucket?.Properties).toMatchObject({
      VersioningConfiguration: { Status: 'Enabled' },
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
      },
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
    });
  });

  test('may write to its bucket, and no other trail may', () => {
    const admitted = statementsOf(only(resourcesOf(shared, 'AWS::S3::BucketPolicy'))).filter(
      ({ Effect }) => Effect === 'Allow',
    );

    expect(admitted.map(({ Action }) => Action)).toEqual(['s3:GetBucketAcl', 's3:PutObject']);
    expect(
      admitted.flatMap((statement) => conditionOf(statement, 'StringEquals', 'aws:SourceArn')).map(plain),
    ).toEqual(
      Array.from(
        { length: 2 },
        () => 'arn:<AWS::Partition>:cloudtrail:<AWS::Region>:<AWS::AccountId>:trail/rekey',
      ),
    );
  });
});

describe('alerts', () => {
  test('go to an encrypted topic with the declared addresses', () => {
    expect(all.AlertTopic?.Properties).toMatchObject({
      TopicName: 'rekey-alerts',
      KmsMasterKeyId: { 'Fn::GetAtt': ['EncryptionKey', 'Arn'] },
    });
    expect(only(resourcesOf(shared, 'AWS::SNS::Subscription')).Properties).toMatchObject({
      Protocol: 'email',
      Endpoint: 'keys@example.com',
    });
  });

  test('come from alarms of this AWS account, over TLS', () => {
    const [withoutTls, fromAlarms] = statementsOf(only(resourcesOf(shared, 'AWS::SNS::TopicPolicy')));

    expect(withoutTls).toMatchObject({
      Effect: 'Deny',
      Condition: { Bool: { 'aws:SecureTransport': 'false' } },
    });
    expect(fromAlarms).toMatchObject({
      Effect: 'Allow',
      Principal: { Service: 'cloudwatch.amazonaws.com' },
      Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
    });
  });
});

describe('the way out', () => {
  const networkOf = (template?: Template): Resource[] =>
    Object.values(resourcesOf(template)).filter(({ Type }) => Type.startsWith('AWS::EC2'));

  test('is one address, kept and told', () => {
    const gateway = only(resourcesOf(shared, 'AWS::EC2::NatGateway'));

    expect(gateway.Properties.AllocationId).toEqual({
      'Fn::GetAtt': ['EgressAddressAllocation', 'AllocationId'],
    });
    expect(shared?.toJSON().Outputs.EgressAddress.Value).toEqual({
      'Fn::GetAtt': ['EgressAddressAllocation', 'PublicIp'],
    });
  });

  test('lets HTTPS out and nothing in', () => {
    const { Properties } = only(resourcesOf(shared, 'AWS::EC2::SecurityGroup'));

    expect(Properties.SecurityGroupEgress).toEqual([
      expect.objectContaining({ IpProtocol: 'tcp', FromPort: 443, ToPort: 443, CidrIp: '0.0.0.0/0' }),
    ]);
    expect(Properties).not.toHaveProperty('SecurityGroupIngress');
  });

  test("is the adopter's own network if there is one, found without a look-up", () => {
    const place = { subnetIds: ['subnet-0a1b2c3d'], securityGroupIds: ['sg-0a1b2c3d'] };
    const egress = { type: 'existing-vpc', vpcId: 'vpc-0a1b2c3d', address: '203.0.113.1', ...place } as const;
    const { shared: own, main } = templatesOf(configOf({ egress }));
    const [rotate] = Object.values(resourcesOf(main, 'AWS::Lambda::Function'));

    expect(networkOf(own)).toEqual([]);
    expect(own?.toJSON().Outputs.EgressAddress.Value).toBe('203.0.113.1');
    expect(rotate?.Properties.VpcConfig).toEqual({
      SubnetIds: ['subnet-0a1b2c3d'],
      SecurityGroupIds: ['sg-0a1b2c3d'],
    });
  });

  test('is any address with none, and needs no right to a network', () => {
    const { shared: none, main } = templatesOf(configOf({ egress: { type: 'none' } }));
    const policies = Object.values(resourcesOf(main, 'AWS::IAM::Policy')).flatMap(statementsOf);

    expect(networkOf(none)).toEqual([]);
    expect(none?.toJSON().Outputs).not.toHaveProperty('EgressAddress');
    expect(policies.filter(({ Resource }) => Resource === '*')).toEqual([]);
  });
});

describe('the dashboard', () => {
  const accounts = [accountOf(), accountOf({ name: 'paper', environment: 'demo' })];
  const board = only(resourcesOf(templatesOf(configOf({ accounts })).shared, 'AWS::CloudWatch::Dashboard'));
  const { widgets } = JSON.parse(plain(board.Properties.DashboardBody)) as {
    widgets: {
      type: string;
      x: number;
      properties: {
        title: string;
        alarms?: string[];
        metrics?: unknown[][];
        annotations?: { horizontal?: { value: number }[] };
      };
    }[];
  };

  test('shows the state of every alarm of every account', () => {
    const shown = widgets.filter(({ type }) => type === 'alarm').map(({ properties }) => properties);

    expect(shown.map(({ title, alarms }) => [title, alarms?.length])).toEqual([
      ['main', 23],
      ['paper', 23],
      ['shared', 1],
    ]);
    expect(shown[0]?.alarms?.[0]).toBe(
      'arn:<AWS::Partition>:cloudwatch:<AWS::Region>:<AWS::AccountId>:alarm:rekey-main-SuspectedCompromise',
    );
  });

  const graphs = widgets.filter(({ type }) => type === 'metric').map(({ properties }) => properties);

  test('draws every graph of the table, three in a row', () => {
    expect(graphs.map(({ title }) => title)).toEqual(GRAPHS.map(({ title }) => title));
    expect(new Set(widgets.filter(({ type }) => type === 'metric').map(({ x }) => x))).toEqual(
      new Set([0, 8, 16]),
    );
  });

  test('draws a line for each account, or one for all that adds them up', () => {
    const drawn = graphs.map(({ metrics = [] }) => metrics.map((metric) => metric[3] ?? metric[0]));
    const expected = GRAPHS.map(({ over, series }) =>
      over === 'accounts'
        ? ['main', 'paper']
        : series.map(({ metric, statistic, label, color }) => ({
            expression: `SUM(SEARCH('{Rekey,Account} MetricName="${metric}"', '${statistic}', 3600))`,
            label,
            color,
            period: 3600,
          })),
    );
    expect(drawn).toEqual(expected);
  });

  test('marks the policy and the limits', () => {
    const marked = graphs.flatMap(({ title, annotations }) =>
      annotations?.horizontal ? [[title, annotations.horizontal.map(({ value }) => value)]] : [],
    );
    expect(marked).toEqual([
      ['Age of the oldest key against its policy', [100]],
      ["Most used of any of the exchange's limits", [90, 100]],
    ]);
  });

  test('shows every metric that says how things stand', () => {
    const shown = new Set<string>(GRAPHS.flatMap(({ series }) => series.map(({ metric }) => metric)));
    // Told by alarms of their own, or by another in other words.
    const left = [METRICS.reconcilePasses, METRICS.rotationsOverdue, METRICS.oldestKeyDays];
    expect(Object.values(METRICS).filter((metric) => !shown.has(metric))).toEqual(left);
  });
});
