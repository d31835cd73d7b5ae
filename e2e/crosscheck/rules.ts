import { randomUUID } from 'node:crypto';
import {
  BatchGetSecretValueCommand,
  CancelRotateSecretCommand,
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  ListSecretVersionIdsCommand,
  RestoreSecretCommand,
  RotateSecretCommand,
  UpdateSecretCommand,
} from '@aws-sdk/client-secrets-manager';
import { outcome, type Rule } from './rule.ts';

const UNKNOWN_FUNCTION = 'arn:aws:lambda:us-east-1:123456789012:function:nobody';

/** The rules that a rotation leans on. */
export const RULES: readonly Rule[] = [
  {
    name: 'the token of CreateSecret is the id of the first version',
    page: 'API_CreateSecret.html',
    play: async (secret) => {
      const token = await secret.create();
      return await outcome(() => secret.get({ VersionId: token }));
    },
  },
  {
    name: 'a name is taken once',
    page: 'API_CreateSecret.html',
    play: async (secret) => {
      await secret.create();
      const again = { Name: secret.name, SecretString: 'two', ClientRequestToken: randomUUID() };
      return await outcome(() => secret.client.send(new CreateSecretCommand(again)));
    },
  },
  {
    name: 'a secret without a value has none to read',
    page: 'API_GetSecretValue.html',
    play: async (secret) => {
      await secret.client.send(new CreateSecretCommand({ Name: secret.name }));
      return await outcome(() => secret.get());
    },
  },
  {
    name: 'PutSecretValue again with token and value changes nothing',
    page: 'API_PutSecretValue.html',
    play: async (secret) => {
      await secret.create();
      const token = await secret.put('two');
      const again = await outcome(async () => `${(await secret.put('two', undefined, token)) === token}`);
      return `${again}; ${await secret.labels()}`;
    },
  },
  {
    name: 'PutSecretValue with a known token and another value is refused',
    page: 'API_PutSecretValue.html',
    play: async (secret) => {
      await secret.create();
      const token = await secret.put('two');
      return await outcome(() => secret.put('three', undefined, token));
    },
  },
  {
    name: 'a token shorter than 32 characters is refused',
    page: 'API_PutSecretValue.html',
    play: async (secret) => {
      await secret.create();
      return (await outcome(() => secret.put('two', undefined, 'short'))) === 'done' ? 'done' : 'refused';
    },
  },
  {
    name: 'PutSecretValue without labels moves AWSCURRENT, and AWSPREVIOUS behind it',
    page: 'API_PutSecretValue.html',
    play: async (secret) => {
      await secret.create();
      await secret.put('two');
      await secret.put('three');
      return await secret.labels();
    },
  },
  {
    name: 'PutSecretValue with AWSPENDING leaves AWSCURRENT where it is',
    page: 'API_PutSecretValue.html',
    play: async (secret) => {
      await secret.create();
      await secret.put('two', ['AWSPENDING']);
      return `${await secret.labels()}; reads ${await secret.get()}`;
    },
  },
  {
    name: 'a label is on one version only',
    page: 'API_PutSecretValue.html',
    play: async (secret) => {
      await secret.create();
      await secret.put('two', ['AWSPENDING']);
      await secret.put('three', ['AWSPENDING']);
      return await secret.labels();
    },
  },
  {
    name: 'GetSecretValue refuses a version that does not have the label asked for',
    page: 'API_GetSecretValue.html',
    play: async (secret) => {
      const first = await secret.create();
      await secret.put('two', ['AWSPENDING']);
      return await outcome(() => secret.get({ VersionId: first, VersionStage: 'AWSPENDING' }));
    },
  },
  {
    name: 'GetSecretValue with a label that no version has finds nothing',
    page: 'API_GetSecretValue.html',
    play: async (secret) => {
      await secret.create();
      return await outcome(() => secret.get({ VersionStage: 'AWSPENDING' }));
    },
  },
  {
    name: 'AWSCURRENT moves only if it is said where it was',
    page: 'API_UpdateSecretVersionStage.html',
    play: async (secret) => {
      await secret.create();
      const second = await secret.put('two', ['AWSPENDING']);
      return await outcome(() => secret.move('AWSCURRENT', { to: second }));
    },
  },
  {
    name: 'AWSCURRENT is not moved from where it is not',
    page: 'API_UpdateSecretVersionStage.html',
    play: async (secret) => {
      await secret.create();
      const second = await secret.put('two', ['AWSPENDING']);
      const third = await secret.put('three', ['rekey-retire']);
      return await outcome(() => secret.move('AWSCURRENT', { from: third, to: second }));
    },
  },
  {
    name: 'AWSPREVIOUS follows when AWSCURRENT is moved',
    page: 'API_UpdateSecretVersionStage.html',
    play: async (secret) => {
      const first = await secret.create();
      const second = await secret.put('two', ['AWSPENDING']);
      await secret.move('AWSCURRENT', { from: first, to: second });
      return await secret.labels();
    },
  },
  {
    name: 'after the move a plain read gives the new value',
    page: 'API_GetSecretValue.html',
    motoSays: 'one',
    play: async (secret) => {
      const first = await secret.create();
      const second = await secret.put('two', ['AWSPENDING']);
      await secret.move('AWSCURRENT', { from: first, to: second });
      return await secret.get();
    },
  },
  {
    name: 'AWSCURRENT cannot be taken away',
    page: 'API_UpdateSecretVersionStage.html',
    motoSays: 'done',
    play: async (secret) => {
      const first = await secret.create();
      return await outcome(() => secret.move('AWSCURRENT', { from: first }));
    },
  },
  {
    name: 'after a move, UpdateSecret leaves one AWSCURRENT',
    page: 'API_UpdateSecret.html',
    motoSays: '2; reads three',
    play: async (secret) => {
      const first = await secret.create();
      const second = await secret.put('two', ['AWSPENDING']);
      await secret.move('AWSCURRENT', { from: first, to: second });
      const change = { SecretId: secret.name, SecretString: 'three', ClientRequestToken: randomUUID() };
      await secret.client.send(new UpdateSecretCommand(change));
      return `${(await secret.labels()).split('AWSCURRENT').length - 1}; reads ${await secret.get()}`;
    },
  },
  {
    name: 'a version without labels is listed only if deprecated ones are asked for',
    page: 'API_ListSecretVersionIds.html',
    motoSays: '3, then 3',
    play: async (secret) => {
      await secret.create();
      await secret.put('two');
      await secret.put('three');
      const count = async (IncludeDeprecated: boolean) => {
        const question = new ListSecretVersionIdsCommand({ SecretId: secret.name, IncludeDeprecated });
        return (await secret.client.send(question)).Versions?.length;
      };
      return `${await count(false)}, then ${await count(true)}`;
    },
  },
  {
    name: 'RotateSecret without a function is refused',
    page: 'API_RotateSecret.html',
    motoSays: 'done',
    play: async (secret) => {
      await secret.create();
      return await outcome(() => secret.client.send(new RotateSecretCommand({ SecretId: secret.name })));
    },
  },
  {
    name: 'RotateSecret with a function that is not there is refused',
    page: 'API_RotateSecret.html',
    play: async (secret) => {
      await secret.create();
      const RotationRules = { ScheduleExpression: 'rate(4 hours)' };
      const order = { SecretId: secret.name, RotationLambdaARN: UNKNOWN_FUNCTION, RotationRules };
      const answer = await outcome(() => secret.client.send(new RotateSecretCommand(order)));
      return answer === 'done' ? 'done' : 'refused';
    },
  },
  {
    name: 'CancelRotateSecret of a secret that does not rotate is refused',
    page: 'API_CancelRotateSecret.html',
    play: async (secret) => {
      await secret.create();
      return await outcome(() =>
        secret.client.send(new CancelRotateSecretCommand({ SecretId: secret.name })),
      );
    },
  },
  {
    name: 'a secret that is to be deleted cannot be read, and can be restored',
    page: 'API_DeleteSecret.html',
    play: async (secret) => {
      await secret.create();
      await secret.client.send(new DeleteSecretCommand({ SecretId: secret.name }));
      const read = await outcome(() => secret.get());
      await secret.client.send(new RestoreSecretCommand({ SecretId: secret.name }));
      return `${read}; then ${await secret.get()}`;
    },
  },
  {
    name: 'a secret deleted by force is gone',
    page: 'API_DeleteSecret.html',
    play: async (secret) => {
      await secret.create();
      const order = { SecretId: secret.name, ForceDeleteWithoutRecovery: true };
      await secret.client.send(new DeleteSecretCommand(order));
      return await outcome(() => secret.client.send(new DescribeSecretCommand({ SecretId: secret.name })));
    },
  },
  {
    name: 'one missing secret does not fail a batch',
    page: 'API_BatchGetSecretValue.html',
    play: async (secret) => {
      await secret.create();
      const SecretIdList = [secret.name, `${secret.name}-missing`];
      const { SecretValues, Errors } = await secret.client.send(
        new BatchGetSecretValueCommand({ SecretIdList }),
      );
      return `${SecretValues?.length} read, ${Errors?.map(({ ErrorCode }) => ErrorCode).join()}`;
    },
  },
];
