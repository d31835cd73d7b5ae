import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Declared, readDeclared } from '../../cli/declared.ts';
import { BadInputError } from '../../cli/problem.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rekey-declared-'));
});

afterEach(() => rm(folder, { recursive: true }));

async function configFile(text: string): Promise<string> {
  const file = join(folder, 'rekey.config.mjs');
  await writeFile(file, text);
  return file;
}

describe('readDeclared', () => {
  it('reads the names of the configuration that comes with Rekey', async () => {
    const keys = ['grid-bot', 'tax-tool'].map((name) => ({ name, subAccount: '1234567890' }));
    expect((await readDeclared('rekey.config.ts')).accounts).toEqual([
      { name: 'main', exchange: 'bitget', keys },
    ]);
  });

  it('needs no more than names, so that a file being edited does not stand in the way', async () => {
    const file = await configFile(
      "export default { accounts: [{ name: 'main', exchange: 'nowhere', keys: [{ name: 'a', rotate: 7 }] }] }",
    );
    expect((await readDeclared(file)).getKey('main/a')).toEqual({ account: 'main', key: 'a' });
  });

  it('leaves out what is not a name and not as it should be', async () => {
    const file = await configFile(
      "export default { accounts: [{ name: 'main', exchange: 7, keys: [{ name: 'a', subAccount: 1, drill: 'yes' }] }] }",
    );
    expect((await readDeclared(file)).accounts).toEqual([{ name: 'main', keys: [{ name: 'a' }] }]);
  });

  it('says so when there is no such file', async () => {
    await expect(readDeclared('nowhere.config.ts')).rejects.toThrow(
      new BadInputError("--config: got 'nowhere.config.ts', allowed: the path of a configuration file"),
    );
  });

  it.each([
    { title: 'no default export', text: 'export const a = 1;' },
    { title: 'no accounts', text: 'export default {};' },
    { title: 'an empty list', text: 'export default { accounts: [] };' },
    { title: 'a key without a name', text: "export default { accounts: [{ name: 'main', keys: [{}] }] };" },
    { title: 'a fault of its own', text: "throw new Error('first line\\nsecond line');" },
    { title: 'no JavaScript in it', text: 'export default {' },
  ])('refuses a file with $title in one line', async ({ text }) => {
    const error = await readDeclared(await configFile(text)).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(BadInputError);
    expect((error as Error).message).not.toContain('\n');
  });
});

describe('Declared', () => {
  const declared = new Declared('my.config.ts', [
    { name: 'main', keys: ['grid-bot', 'tax-tool', 'hedge', 'maker'].map((name) => ({ name })) },
    { name: 'backup', keys: [{ name: 'hedge' }] },
  ]);

  it.each([
    { typed: 'main/gridbot', first: 'main/grid-bot' },
    { typed: 'hedge', first: 'main/hedge' },
    { typed: 'bakcup/hedge', first: 'backup/hedge' },
    { typed: 'Main/Tax-Tool', first: 'main/tax-tool' },
    { typed: '', first: 'main/' },
  ])('offers $first first, and three names at most, for "$typed"', ({ typed, first }) => {
    const message = faultOf(() => declared.getKey(typed));
    const [, offered = ''] = /^my\.config\.ts declares no such key; nearest: (.*)$/.exec(message) ?? [];
    expect(offered.split(', ')).toHaveLength(3);
    expect(offered.startsWith(first)).toBe(true);
  });

  it('does not repeat what was typed', () => {
    expect(faultOf(() => declared.getAccount('SECRET-4711'))).not.toContain('SECRET-4711');
    expect(faultOf(() => declared.getKey('SECRET-4711'))).not.toContain('SECRET-4711');
  });

  it('knows undeclared keys only where they are expected', () => {
    expect(declared.getKey('backup/manager', ['manager'])).toEqual({ account: 'backup', key: 'manager' });
    expect(() => declared.getKey('backup/manager')).toThrow(BadInputError);
  });
});

function faultOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof BadInputError) return error.message;
    throw error;
  }
  throw new Error('nothing was refused');
}
