import { createHash } from 'node:crypto';
import type { Caller } from './options.ts';

/** The role behind a caller that assumed one: as given, else derived from the session's ARN. */
export function roleArnOf(caller: Caller): string | undefined {
  if (caller.roleArn !== undefined || caller.type !== 'AssumedRole') return caller.roleArn;
  const role = caller.arn.split('/')[1];
  return role && `arn:aws:iam::${accountOf(caller.arn)}:role/${role}`;
}

/** The last part of a session's ARN; for a Lambda function it is the function's name. */
export function sessionNameOf(caller: Caller): string | undefined {
  return caller.type === 'AssumedRole' ? caller.arn.split('/').at(-1) : undefined;
}

/**
 * The `userIdentity` of an audit record.
 *
 * @see https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html
 */
export function userIdentity(caller: Caller, eventTime: string): Record<string, unknown> {
  const accountId = accountOf(caller.arn);
  const common = { type: caller.type, arn: caller.arn, accountId, accessKeyId: caller.accessKeyId };
  const roleArn = roleArnOf(caller);
  if (caller.type === 'AssumedRole' && roleArn !== undefined) {
    const issuerId = principalId('AROA', roleArn);
    return {
      ...common,
      principalId: `${issuerId}:${sessionNameOf(caller)}`,
      sessionContext: {
        sessionIssuer: {
          type: 'Role',
          principalId: issuerId,
          arn: roleArn,
          accountId,
          userName: roleArn.split('/').at(-1),
        },
        attributes: { creationDate: eventTime, mfaAuthenticated: 'false' },
      },
    };
  }
  if (caller.type === 'Root') return { ...common, principalId: accountId };
  return { ...common, principalId: principalId('AIDA', caller.arn), userName: caller.arn.split('/').at(-1) };
}

function accountOf(arn: string): string {
  return arn.split(':')[4] ?? '';
}

/** Looks like an IAM unique ID and is the same for the same ARN. */
function principalId(prefix: string, arn: string): string {
  const digest = createHash('sha256').update(arn).digest('hex').toUpperCase();
  return `${prefix}${digest.slice(0, 17)}`;
}
