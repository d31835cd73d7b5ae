import type { Operation } from '../operation.ts';
import { createSecret } from './creating.ts';
import { deleteSecret, restoreSecret } from './deleting.ts';
import { describeSecret, listSecrets, listSecretVersionIds } from './describing.ts';
import { updateSecretVersionStage } from './moving-labels.ts';
import { getRandomPassword } from './random-password.ts';
import { batchGetSecretValue, getSecretValue } from './reading-values.ts';
import { deleteResourcePolicy, getResourcePolicy, putResourcePolicy } from './resource-policy.ts';
import { cancelRotateSecret, rotateSecret } from './rotating.ts';
import { tagResource, untagResource } from './tagging.ts';
import { putSecretValue, updateSecret } from './writing-values.ts';

/** Every operation of the service, by its name on the wire. */
export const operations: ReadonlyMap<string, Operation> = new Map([
  ['BatchGetSecretValue', batchGetSecretValue],
  ['CancelRotateSecret', cancelRotateSecret],
  ['CreateSecret', createSecret],
  ['DeleteResourcePolicy', deleteResourcePolicy],
  ['DeleteSecret', deleteSecret],
  ['DescribeSecret', describeSecret],
  ['GetRandomPassword', getRandomPassword],
  ['GetResourcePolicy', getResourcePolicy],
  ['GetSecretValue', getSecretValue],
  ['ListSecretVersionIds', listSecretVersionIds],
  ['ListSecrets', listSecrets],
  ['PutResourcePolicy', putResourcePolicy],
  ['PutSecretValue', putSecretValue],
  ['RestoreSecret', restoreSecret],
  ['RotateSecret', rotateSecret],
  ['TagResource', tagResource],
  ['UntagResource', untagResource],
  ['UpdateSecret', updateSecret],
  ['UpdateSecretVersionStage', updateSecretVersionStage],
]);
