import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from 'vitest';
import { MovableClock } from '../../../local/clock.ts';
import { type LocalCloud, type LocalCloudOptions, startLocalCloud } from '../../../local/cloud.ts';

/** A CloudFormation template as far as tests write one. */
interface TestTemplate {
  readonly Resources: Readonly<Record<string, object>>;
  readonly [section: string]: unknown;
}

/** An app as `cdk synth` would write it. */
export interface TestApp {
  readonly stacks: Readonly<Record<string, TestTemplate>>;
  /** Which stacks a stack depends on. */
  readonly dependencies?: Readonly<Record<string, readonly string[]>>;
  /** Source text of `index.js`, by the asset's name. */
  readonly assets?: Readonly<Record<string, string>>;
  /** @default aws://unknown-account/unknown-region */
  readonly environment?: string;
}

/** Writes a cloud assembly by hand and returns its folder, which is removed after the test. */
export function writeAssembly(app: TestApp): string {
  const folder = mkdtempSync(join(tmpdir(), 'rekey-assembly-'));
  folders.push(folder);
  const artifacts: Record<string, object> = { Tree: { type: 'cdk:tree', properties: { file: 'tree.json' } } };
  for (const [name, template] of Object.entries(app.stacks)) {
    writeFileSync(join(folder, `${name}.template.json`), JSON.stringify(template));
    writeFileSync(join(folder, `${name}.assets.json`), JSON.stringify(writeAssets(folder, app.assets ?? {})));
    artifacts[`${name}.assets`] = { type: 'cdk:asset-manifest', properties: { file: `${name}.assets.json` } };
    artifacts[name] = {
      type: 'aws:cloudformation:stack',
      environment: app.environment ?? 'aws://unknown-account/unknown-region',
      properties: { templateFile: `${name}.template.json`, stackName: name },
      dependencies: [...(app.dependencies?.[name] ?? []), `${name}.assets`],
    };
  }
  writeFileSync(join(folder, 'manifest.json'), JSON.stringify({ version: '55.0.0', artifacts }));
  return folder;
}

function writeAssets(folder: string, assets: Readonly<Record<string, string>>): object {
  const files = Object.entries(assets).map(([name, source]) => {
    const path = `asset.${name}`;
    mkdirSync(join(folder, path), { recursive: true });
    writeFileSync(join(folder, path, 'index.js'), source);
    const destinations = { here: { bucketName: 'assets', objectKey: `${name}.zip` } };
    return [name, { source: { path, packaging: 'zip' }, destinations }];
  });
  return { version: '55.0.0', files: Object.fromEntries(files), dockerImages: {} };
}

const started: LocalCloud[] = [];
const folders: string[] = [];

afterEach(async () => {
  await Promise.all(started.splice(0).map((cloud) => cloud.stop()));
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

export const START = new Date('2026-11-20T10:00:00Z');

/** Starts a cloud on a clock that stands still at {@link START}; it is stopped after the test. */
export async function startTestCloud(
  app: TestApp,
  options: Omit<LocalCloudOptions, 'assembly'> = {},
): Promise<LocalCloud> {
  const clock = new MovableClock({ startAt: START, frozen: true, onError: () => undefined });
  const cloud = await startLocalCloud({ assembly: writeAssembly(app), clock, ...options });
  started.push(cloud);
  return cloud;
}

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
