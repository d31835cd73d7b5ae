import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { readAssembly } from '../../../local/assembly/manifest.ts';
import { writeAssembly } from '../support/app.ts';

function folderWith(files: Record<string, unknown>): string {
  const folder = mkdtempSync(join(tmpdir(), 'rekey-assembly-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, content] of Object.entries(files))
    writeFileSync(join(folder, name), JSON.stringify(content));
  return folder;
}

describe('a cloud assembly', () => {
  it('gives stacks after those that they depend on, with assets and environment', () => {
    const folder = writeAssembly({
      stacks: { app: { Resources: {} }, base: { Resources: {} } },
      dependencies: { app: ['base'] },
      assets: { code: 'x' },
      environment: 'aws://111122223333/eu-west-1',
    });
    const { stacks, assets } = readAssembly(folder);
    expect(stacks.map(({ stackName }) => stackName)).toEqual(['base', 'app']);
    expect(stacks[0]?.environment).toEqual({ accountId: '111122223333', region: 'eu-west-1' });
    expect(assets).toContainEqual({
      objectKey: 'code.zip',
      path: join(folder, 'asset.code'),
      packaging: 'zip',
    });
  });

  it('leaves an unknown environment open', () => {
    const { stacks } = readAssembly(writeAssembly({ stacks: { app: { Resources: {} } } }));
    expect(stacks[0]?.environment).toEqual({ accountId: undefined, region: undefined });
  });

  it('fails for an artifact type that is not known', () => {
    const folder = folderWith({ 'manifest.json': { artifacts: { Stage: { type: 'cdk:cloud-assembly' } } } });
    expect(() => readAssembly(folder)).toThrow(
      "the local cloud does not know the artifact type cdk:cloud-assembly (artifact 'Stage' of the assembly)",
    );
  });

  it('fails for container images', () => {
    const folder = folderWith({
      'manifest.json': { artifacts: { A: { type: 'cdk:asset-manifest', properties: { file: 'a.json' } } } },
      'a.json': { dockerImages: { abc: {} } },
    });
    expect(() => readAssembly(folder)).toThrow('the local cloud cannot run container images (asset abc)');
  });

  it('fails for artifacts that depend on each other', () => {
    const artifact = (other: string) => ({ type: 'cdk:tree', dependencies: [other] });
    const folder = folderWith({ 'manifest.json': { artifacts: { A: artifact('B'), B: artifact('A') } } });
    expect(() => readAssembly(folder)).toThrow('A -> B -> A');
  });

  it('fails where there is none', () => {
    expect(() => readAssembly(folderWith({}))).toThrow('manifest.json');
  });
});
