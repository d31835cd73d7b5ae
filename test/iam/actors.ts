import {
  functionName,
  NOTIFY_FUNCTION,
  ROLE_PATH,
  roleName,
  WATCH_READS_FUNCTION,
} from '../../lambda/contract.ts';
import { GRID_ROLE, TAX_ROLE } from '../lib/fixture.ts';
import type { Context } from './decide.ts';
import { ACCOUNTS, type Account, AWS_ACCOUNT, HEDGE_ROLE, OTHER_AWS_ACCOUNT, REGION } from './fleet.ts';
import { arnOf } from './physical.ts';
import type { Policy } from './policies.ts';

/** Somebody who asks. Policies that the templates give him are found by `principal`. */
export interface Actor {
  readonly name: string;
  /** ARN of a role, or a service's name. */
  readonly principal: string;
  /** Policies that he has from elsewhere. */
  readonly policies: readonly Policy[];
  readonly context: Context;
}

export const FUNCTIONS = ['rotate', 'reconcile', 'operate'] as const;
type FunctionName = (typeof FUNCTIONS)[number];

/** The code of one of the account's functions. */
export function functionOf(account: Account, name: FunctionName): Actor {
  return codeOf(functionName(account, name));
}

export const WATCH_READS = codeOf(WATCH_READS_FUNCTION);
export const NOTIFY = codeOf(NOTIFY_FUNCTION);
/** The functions of no exchange account. */
export const SHARED_FUNCTIONS = [WATCH_READS, NOTIFY];

/** Every function, those of one exchange account last if it is named. */
export function functionsOf(...accounts: Account[]): Actor[] {
  return accounts.flatMap((account) => FUNCTIONS.map((name) => functionOf(account, name)));
}

export const EVERY_FUNCTION = [...functionsOf(...ACCOUNTS), ...SHARED_FUNCTIONS];

/** What Lambda does under a function's role before and after its code runs. */
export function lambdaItself(code: Actor): Actor {
  const { 'lambda:SourceFunctionArn': _, ...context } = code.context;
  return { ...code, name: `Lambda for ${code.name}`, context };
}

export const GRID_BOT = role('grid-bot', GRID_ROLE);
export const HEDGE_BOT = role('hedge-bot', HEDGE_ROLE);
/** Reads from another AWS account, where its own policy must allow it as well. */
export const TAX_TOOL = role('tax-tool', TAX_ROLE, ['secretsmanager:GetSecretValue', 'kms:Decrypt']);
export const READERS = [GRID_BOT, HEDGE_BOT, TAX_TOOL];

export const STRANGER = role('a role without policies', roleArn('nobody'));
export const BROAD = role('a role with secretsmanager:*', roleArn('broad'), ['secretsmanager:*']);
export const ADMINISTRATOR = role('an administrator', roleArn('admin'), ['*']);
export const BROAD_GRID_BOT = {
  ...role('grid-bot with secretsmanager:*', GRID_ROLE, ['secretsmanager:*']),
};
export const FOREIGNER = role(
  "another AWS account's administrator",
  `arn:aws:iam::${OTHER_AWS_ACCOUNT}:role/admin`,
  ['*'],
);
/** The same person, over a connection without TLS. */
export const PLAIN_HTTP: Actor = {
  ...ADMINISTRATOR,
  name: 'an administrator over plain HTTP',
  context: { ...ADMINISTRATOR.context, 'aws:SecureTransport': 'false' },
};

/** A service that acts for one of its resources. @param source its ARN, of any AWS account */
export function service(name: string, source: string): Actor {
  return {
    name: `${name} for ${source}`,
    principal: `${name}.amazonaws.com`,
    policies: [],
    context: {
      'aws:SecureTransport': 'true',
      'aws:PrincipalIsAWSService': 'true',
      'aws:PrincipalServiceName': `${name}.amazonaws.com`,
      'aws:SourceArn': source,
      'aws:SourceAccount': source.split(':')[4] ?? '',
    },
  };
}

function codeOf(name: string): Actor {
  const actor = role(name, `arn:aws:iam::${AWS_ACCOUNT}:role${ROLE_PATH}${roleName(name, REGION)}`);
  const source = { 'lambda:SourceFunctionArn': arnOf('lambda', `function:${name}`) };
  return { ...actor, context: { ...actor.context, ...source } };
}

function role(name: string, arn: string, actions: readonly string[] = []): Actor {
  const statement = { Effect: 'Allow', Action: actions, Resource: '*' } as const;
  return {
    name,
    principal: arn,
    policies: actions.length === 0 ? [] : [{ Version: '2012-10-17', Statement: [statement] }],
    context: {
      'aws:SecureTransport': 'true',
      'aws:PrincipalIsAWSService': 'false',
      'aws:PrincipalType': 'AssumedRole',
      'aws:PrincipalArn': arn,
      'aws:PrincipalAccount': arn.split(':')[4] ?? '',
    },
  };
}

function roleArn(name: string): string {
  return `arn:aws:iam::${AWS_ACCOUNT}:role/${name}`;
}
