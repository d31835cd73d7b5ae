import {
  BatchGetSecretValueCommand,
  CreateSecretCommand,
  DeleteSecretCommand,
  type FilterNameStringType,
  ListSecretsCommand,
  type ListSecretsCommandInput,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { expectRefusal, LocalService, MINUTE_MS } from './local-service.ts';

let local: LocalService;
let client: SecretsManagerClient;

beforeEach(async () => {
  local = await new LocalService().start();
  client = local.client();
  await create('rekey/a/one', 'First key', { team: 'Bots' });
  await create('rekey/a/two', 'Second key', { team: 'Tax' });
  await create('other', undefined, {});
});
afterEach(() => local.stop());

async function create(
  Name: string,
  Description: string | undefined,
  tags: Record<string, string>,
): Promise<void> {
  const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
  await client.send(new CreateSecretCommand({ Name, Description, SecretString: `value of ${Name}`, Tags }));
  await local.clock.advance(MINUTE_MS);
}

async function names(request: ListSecretsCommandInput = {}): Promise<(string | undefined)[]> {
  const { SecretList } = await client.send(new ListSecretsCommand(request));
  return (SecretList ?? []).map(({ Name }) => Name);
}

// source: SM-API/ListSecrets, https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_ListSecrets.html
describe('ListSecrets', () => {
  it('lists secrets by the date of creation, with labels but without values', async () => {
    const { SecretList = [] } = await client.send(new ListSecretsCommand({}));
    expect(SecretList.map(({ Name }) => Name)).toEqual(['rekey/a/one', 'rekey/a/two', 'other']);
    expect(Object.values(SecretList[0]?.SecretVersionsToStages ?? {})).toEqual([['AWSCURRENT']]);
    expect(JSON.stringify(SecretList)).not.toContain('value of');
  });

  it('sorts as asked', async () => {
    expect(await names({ SortBy: 'name', SortOrder: 'asc' })).toEqual([
      'other',
      'rekey/a/one',
      'rekey/a/two',
    ]);
    expect(await names({ SortOrder: 'desc' })).toEqual(['other', 'rekey/a/two', 'rekey/a/one']);
  });

  it.each<[FilterNameStringType, string, string[]]>([
    ['name', 'rekey/', ['rekey/a/one', 'rekey/a/two']],
    ['name', 'Rekey/', []],
    ['name', '!rekey/', ['other']],
    ['description', 'first', ['rekey/a/one']],
    ['tag-key', 'team', ['rekey/a/one', 'rekey/a/two']],
    ['tag-key', '!team', ['other']],
    ['tag-value', 'Tax', ['rekey/a/two']],
    ['tag-value', 'tax', []],
    ['all', 'KEY second', ['rekey/a/two']],
  ])('filters by %s "%s"', async (Key, value, expected) => {
    expect(await names({ Filters: [{ Key, Values: [value] }] })).toEqual(expected);
  });

  it('lists page by page', async () => {
    const one = await client.send(new ListSecretsCommand({ MaxResults: 2 }));
    expect(one.SecretList).toHaveLength(2);
    const { NextToken } = one;
    const two = await client.send(new ListSecretsCommand({ MaxResults: 2, NextToken }));
    expect(two.SecretList?.map(({ Name }) => Name)).toEqual(['other']);
    expect(two.NextToken).toBeUndefined();
  });

  it('leaves out secrets scheduled for deletion unless they are asked for', async () => {
    await client.send(new DeleteSecretCommand({ SecretId: 'other' }));
    expect(await names()).not.toContain('other');
    expect(await names({ IncludePlannedDeletion: true })).toContain('other');
  });
});

// source: SM-API/BatchGetSecretValue, https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_BatchGetSecretValue.html
describe('BatchGetSecretValue', () => {
  it('reads the current values of a list, and tells for each other secret what went wrong', async () => {
    await client.send(new CreateSecretCommand({ Name: 'empty' }));
    await client.send(new DeleteSecretCommand({ SecretId: 'other' }));
    const SecretIdList = ['rekey/a/one', 'missing', 'empty', 'other'];
    const { SecretValues, Errors } = await client.send(new BatchGetSecretValueCommand({ SecretIdList }));
    expect(SecretValues?.map(({ SecretString }) => SecretString)).toEqual(['value of rekey/a/one']);
    expect(Errors?.map(({ SecretId, ErrorCode }) => [SecretId, ErrorCode])).toEqual([
      ['missing', 'ResourceNotFoundException'],
      ['empty', 'ResourceNotFoundException'],
      ['other', 'InvalidRequestException'],
    ]);
  });

  it('reads the secrets that filters choose, page by page', async () => {
    const Filters = [{ Key: 'name' as const, Values: ['rekey/'] }];
    const one = await client.send(new BatchGetSecretValueCommand({ Filters, MaxResults: 1 }));
    expect(one.SecretValues?.map(({ Name }) => Name)).toEqual(['rekey/a/one']);
    const { NextToken } = one;
    const two = await client.send(new BatchGetSecretValueCommand({ Filters, MaxResults: 1, NextToken }));
    expect(two.SecretValues?.map(({ Name }) => Name)).toEqual(['rekey/a/two']);
  });

  it.each([
    ['neither a list nor filters', {}],
    [
      'both a list and filters',
      { SecretIdList: ['other'], Filters: [{ Key: 'name' as const, Values: ['o'] }] },
    ],
    ['a page size for a list', { SecretIdList: ['other'], MaxResults: 1 }],
  ])('refuses %s', async (_, request) => {
    await expectRefusal(client.send(new BatchGetSecretValueCommand(request)), 'InvalidParameterException');
  });

  it('refuses more than 20 secrets', async () => {
    const SecretIdList = Array.from({ length: 21 }, (_, index) => `key${index}`);
    await expectRefusal(
      client.send(new BatchGetSecretValueCommand({ SecretIdList })),
      'ValidationException',
      /secretIdList.*20/,
    );
  });
});
