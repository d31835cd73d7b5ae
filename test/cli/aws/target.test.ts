import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findTarget } from '../../../cli/aws/target.ts';
import { BadInputError } from '../../../cli/problem.ts';

let folder: string;
let file: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rekey-target-'));
  file = join(folder, 'local.json');
});

afterEach(() => rm(folder, { recursive: true }));

describe('findTarget', () => {
  it('is AWS without --local, whatever lies in the folder', async () => {
    await writeFile(
      file,
      '{"url":"http://127.0.0.1:4566","region":"eu-central-1","accountId":"000000000000"}',
    );
    expect(await findTarget(undefined, file)).toEqual({});
  });

  it('is what npm run local has written for a bare --local', async () => {
    await writeFile(
      file,
      '{"url":"http://127.0.0.1:4566","region":"eu-central-1","accountId":"000000000000"}',
    );
    expect(await findTarget('', file)).toMatchObject({
      local: { url: 'http://127.0.0.1:4566', region: 'eu-central-1' },
    });
  });

  it('is the address that --local names', async () => {
    expect(await findTarget('http://localhost:4566', file)).toMatchObject({
      local: { url: 'http://localhost:4566' },
    });
  });

  it('says how to start the local cloud when there is no file', async () => {
    await expect(findTarget('', file)).rejects.toThrow(
      new BadInputError(`there is no ${file}: start the local cloud with npm run local`),
    );
  });

  it.each([
    '',
    'not JSON',
    '{"url":"http://127.0.0.1:4566"}',
    '{"url":"http://10.0.0.1:1","region":"x","accountId":"1"}',
  ])('refuses a file that does not say where it is: %s', async (text) => {
    await writeFile(file, text);
    await expect(findTarget('', file)).rejects.toThrow(/does not say where the local cloud is: start/);
  });

  it.each([
    'http://example.com',
    'https://127.0.0.1:4566',
    'http://127.0.0.1.example.com:80',
    'http://127.0.0.1:80@evil:1',
  ])('refuses to send a manager key anywhere but to this machine: %s', async (url) => {
    await expect(findTarget(url, file)).rejects.toBeInstanceOf(BadInputError);
  });
});
