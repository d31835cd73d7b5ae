import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { type AssetFile, readAssets } from './asset-manifest.ts';

const artifact = z.object({
  type: z.string(),
  environment: z.string().optional(),
  dependencies: z.array(z.string()).default([]),
  properties: z
    .object({ templateFile: z.string(), stackName: z.string(), file: z.string() })
    .partial()
    .loose()
    .default({}),
});

const manifest = z.object({ artifacts: z.record(z.string(), artifact) });

type Artifact = z.infer<typeof artifact>;

/** One stack of a synthesised app. */
export interface AssemblyStack {
  readonly id: string;
  readonly stackName: string;
  readonly environment: { readonly accountId: string | undefined; readonly region: string | undefined };
  /** The template as it stands in the file. */
  readonly template: unknown;
}

/** What `cdk synth` wrote. */
export interface Assembly {
  readonly folder: string;
  /** Every stack after those that it depends on. */
  readonly stacks: readonly AssemblyStack[];
  readonly assets: readonly AssetFile[];
}

/** Artifacts that say nothing about what to deploy. */
const WITHOUT_EFFECT = new Set(['cdk:tree', 'cdk:feature-flag-report', 'cdk:policy-validation-report']);

/**
 * Reads a cloud assembly (`cdk.out`) as aws-cdk-lib 2.276 writes it.
 *
 * @throws Error when it is not there, or has artifacts that the local cloud does not know (stages, for one).
 * @see https://docs.aws.amazon.com/cdk/v2/guide/deploy.html
 */
export function readAssembly(folder: string): Assembly {
  const { artifacts } = manifest.parse(readJson(join(folder, 'manifest.json')));
  const stacks: AssemblyStack[] = [];
  const assets: AssetFile[] = [];
  for (const id of inDependencyOrder(artifacts)) {
    const found = artifacts[id] as Artifact;
    if (found.type === 'aws:cloudformation:stack') stacks.push(readStack(folder, id, found));
    else if (found.type === 'cdk:asset-manifest') assets.push(...readAssetsOf(folder, id, found));
    else if (!WITHOUT_EFFECT.has(found.type)) throw unknownArtifact(id, found);
  }
  return { folder, stacks, assets };
}

function unknownArtifact(id: string, { type }: Artifact): Error {
  return new Error(
    `the local cloud does not know the artifact type ${type} (artifact '${id}' of the assembly)`,
  );
}

function readStack(folder: string, id: string, { properties, environment = '' }: Artifact): AssemblyStack {
  const [, accountId, region] = /^aws:\/\/([^/]+)\/([^/]+)$/.exec(environment) ?? [];
  if (properties.templateFile === undefined)
    throw new Error(`the stack '${id}' of the assembly has no template file`);
  return {
    id,
    stackName: properties.stackName ?? id,
    environment: { accountId: known(accountId), region: known(region) },
    template: readJson(join(folder, properties.templateFile)),
  };
}

function readAssetsOf(folder: string, id: string, { properties }: Artifact): AssetFile[] {
  if (properties.file === undefined)
    throw new Error(`the asset manifest '${id}' of the assembly names no file`);
  return readAssets(folder, readJson(join(folder, properties.file)));
}

/** Stacks without a fixed environment have `unknown-account` and `unknown-region`. */
function known(part: string | undefined): string | undefined {
  return part?.startsWith('unknown-') ? undefined : part;
}

function inDependencyOrder(artifacts: Readonly<Record<string, Artifact>>): Set<string> {
  const ordered = new Set<string>();
  const visit = (id: string, path: readonly string[]): void => {
    if (ordered.has(id)) return;
    if (path.includes(id))
      throw new Error(`the assembly's artifacts depend on each other: ${[...path, id].join(' -> ')}`);
    const found = artifacts[id];
    if (!found) throw new Error(`the assembly has no artifact '${id}', which '${path.at(-1)}' depends on`);
    for (const dependency of found.dependencies) visit(dependency, [...path, id]);
    ordered.add(id);
  };
  for (const id of Object.keys(artifacts)) visit(id, []);
  return ordered;
}

function readJson(file: string): unknown {
  return JSON.parse(readFileSync(file, 'utf8'));
}
