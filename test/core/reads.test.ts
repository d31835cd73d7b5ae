import { describe, expect, test } from 'vitest';
import { judgeRead, type ReadRecord } from '../../lambda/core/reads.ts';
import type { FleetDeclaration } from '../../lambda/declaration.ts';
import { aDeclaration, anAccount, aReader } from '../support/builders.ts';
import { START } from '../support/fixed-time.ts';

const BOT_ROLE = 'arn:aws:iam::111122223333:role/grid-bot';
const STRANGER = 'arn:aws:iam::111122223333:user/mallory';
const OWN_ROLE = 'arn:aws:iam::111122223333:role/rekey/rekey-main-rotate-eu-west-1';
const ARN = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:';

const FLEET: FleetDeclaration = {
  accounts: [
    anAccount([
      aDeclaration(),
      aDeclaration({ name: 'guarded', onUndeclaredRead: 'rotate' }),
      aDeclaration({ name: 'bot-abcdef' }),
      aDeclaration({
        name: 'placed',
        readers: [
          aReader({ addresses: ['10.0.0.0/16', '2001:db8::/32', '192.0.2.7', 'ecs-tasks.amazonaws.com'] }),
        ],
        onUndeclaredRead: 'stop',
      }),
    ]),
    { ...anAccount([aDeclaration({ readers: [] })]), account: 'main-2' },
  ],
};
const OWN_ROLES = new Map([
  ['main', [OWN_ROLE]],
  ['main-2', []],
]);

function judge(secretId: string, changes: Partial<ReadRecord> = {}) {
  const record: ReadRecord = {
    id: 'event-1',
    at: START,
    secretId,
    reader: STRANGER,
    sourceAddress: '203.0.113.9',
    denied: false,
    ...changes,
  };
  return judgeRead(record, FLEET, OWN_ROLES);
}

describe('the secret of a read is found', () => {
  test.each([
    ['by its name', 'rekey/main/grid-bot', 'grid-bot'],
    ['by its ARN', `${ARN}rekey/main/grid-bot-AbCdEf`, 'grid-bot'],
    ['by an ARN without the suffix', `${ARN}rekey/main/grid-bot`, 'grid-bot'],
    ['by a name that ends like a suffix', 'rekey/main/bot-abcdef', 'bot-abcdef'],
    ['by the ARN of a name that ends like a suffix', `${ARN}rekey/main/bot-abcdef-XyZ123`, 'bot-abcdef'],
    ['by an ARN without suffix, of a name that ends like one', `${ARN}rekey/main/bot-abcdef`, 'bot-abcdef'],
    ['as the manager, by name', 'rekey/main/manager', 'manager'],
    ['as the manager, by ARN', `${ARN}rekey/main/manager-a1B2c3`, 'manager'],
    ['though nobody declares it any more', `${ARN}rekey/main/old-bot-AbCdEf`, 'old-bot'],
    ['in the other partition', `${ARN.replace(':aws:', ':aws-cn:')}rekey/main/grid-bot-AbCdEf`, 'grid-bot'],
  ])('%s', (_how, secretId, key) => {
    expect(judge(secretId)).toMatchObject({ account: 'main', key });
  });

  test('in the account whose name begins like another', () => {
    expect(judge('rekey/main-2/grid-bot')).toMatchObject({ account: 'main-2', key: 'grid-bot' });
  });

  test.each([
    ['another application', 'prod/database'],
    ['an account that is not declared', 'rekey/other/grid-bot'],
    ['a name that only begins like an account', 'rekey/mainly/grid-bot'],
    ['nothing', ''],
    ['an ARN of another application', `${ARN}prod/rekey/main/grid-bot-AbCdEf`],
    ['half an ARN', 'arn:aws:secretsmanager'],
  ])('but not if it belongs to %s', (_whose, secretId) => {
    expect(judge(secretId)).toBeUndefined();
  });
});

describe('a read is', () => {
  test.each([
    [
      'a declared reader',
      { key: 'grid-bot', reader: BOT_ROLE },
      { verdict: 'DeclaredReader', reader: aReader(), declared: aDeclaration() },
    ],
    ["one of the account's own functions", { key: 'grid-bot', reader: OWN_ROLE }, { verdict: 'OwnFunction' }],
    [
      'one of its own functions, reading the manager',
      { key: 'manager', reader: OWN_ROLE },
      { verdict: 'OwnFunction' },
    ],
    ['somebody else', { key: 'grid-bot' }, { verdict: 'UndeclaredReader', answer: 'tell' }],
    [
      'somebody else, where that is to be answered',
      { key: 'guarded' },
      { verdict: 'UndeclaredReader', answer: 'rotate' },
    ],
    [
      'somebody else, of a key that is not declared any more',
      { key: 'old-bot' },
      { verdict: 'UndeclaredReader', answer: 'tell' },
    ],
    ['somebody else, of the manager', { key: 'manager' }, { verdict: 'ManagerRead' }],
    ['a declared reader, of the manager', { key: 'manager', reader: BOT_ROLE }, { verdict: 'ManagerRead' }],
    ['refused by IAM', { key: 'grid-bot', denied: true }, { verdict: 'Denied' }],
    [
      'refused by IAM, where undeclared reads are answered',
      { key: 'guarded', denied: true },
      { verdict: 'Denied' },
    ],
    [
      'refused by IAM to a declared reader',
      { key: 'grid-bot', reader: BOT_ROLE, denied: true },
      { verdict: 'Denied' },
    ],
    [
      'refused by IAM to a function',
      { key: 'grid-bot', reader: OWN_ROLE, denied: true },
      { verdict: 'Denied' },
    ],
  ] as const)('by %s', (_who, { key, ...changes }, judged) => {
    expect(judge(`rekey/main/${key}`, changes)).toEqual({ account: 'main', key, ...judged });
  });

  test('undeclared by a function of another account', () => {
    expect(judge('rekey/main-2/grid-bot', { reader: OWN_ROLE })?.verdict).toBe('UndeclaredReader');
  });

  test('undeclared by a role whose ARN only begins like a reader', () => {
    expect(judge('rekey/main/grid-bot', { reader: `${BOT_ROLE}-2` })?.verdict).toBe('UndeclaredReader');
  });

  test('undeclared in an account whose roles are not known', () => {
    const record = { id: '1', at: START, secretId: 'rekey/main/grid-bot', reader: OWN_ROLE };
    const read = { ...record, sourceAddress: undefined, denied: false };
    expect(judgeRead(read, FLEET, new Map())?.verdict).toBe('UndeclaredReader');
  });
});

describe('a declared reader of which it is declared from where it reads', () => {
  test.each(['10.0.255.1', '2001:db8::1', '192.0.2.7', 'ecs-tasks.amazonaws.com'])(
    'may read from %s',
    (sourceAddress) => {
      expect(judge('rekey/main/placed', { reader: BOT_ROLE, sourceAddress })?.verdict).toBe('DeclaredReader');
    },
  );

  test.each(['10.1.0.1', '2001:db9::1', '192.0.2.8', 'lambda.amazonaws.com', 'AWS Internal', undefined])(
    'may not read from %s',
    (sourceAddress) => {
      expect(judge('rekey/main/placed', { reader: BOT_ROLE, sourceAddress })).toEqual({
        ...{ account: 'main', key: 'placed', verdict: 'UndeclaredAddress', answer: 'stop' },
      });
    },
  );
});
