import { isDeepStrictEqual } from 'node:util';
import type { AdaptedAssembly } from './adapt-assembly.ts';
import type { Template } from './adapt-template.ts';
import { BRIDGE_FUNCTION_ARN } from './bridge.ts';
import { connectAuditLog, disconnectAuditLog } from './bridges/audit-log.ts';
import { compareTemplates, type Difference, dependants } from './compare-templates.ts';
import { type Deployed, listEvents, listResources, listStacks, plannedChanges, stackId } from './stacks.ts';
import type { World } from './world.ts';

/** What the changed configuration may change: one more key, the functions that are told of keys, and its readers. */
const EXPECTED_NEW = ['ReadersTaxDashTool', 'ScheduleTaxDashTool', 'SecretTaxDashTool'];
const EXPECTED_TYPES = ['AWS::Lambda::Function', 'AWS::IAM::Policy', 'AWS::KMS::Key'];
const CHANGE_SET = 'rekey-e2e';
/** Types of what is the same thing after any update: replaced, it would be lost. */
const NEVER_REPLACED =
  /^AWS::(SecretsManager::Secret|KMS::Key|Events::EventBus|S3::Bucket|Logs::LogGroup)$|Archive$/;

/** Deploys with the real CDK CLI and looks whether it says so itself. @returns every resource */
export async function deployAll(world: World, assembly: AdaptedAssembly): Promise<Map<string, Deployed[]>> {
  await world.cdk.deploy(assembly.folder);
  await world.cdk.diffIsEmpty(assembly.folder);
  await world.secrets.learnFunctions();
  return await resourcesOf(world, assembly);
}

async function resourcesOf(world: World, { originals }: AdaptedAssembly): Promise<Map<string, Deployed[]>> {
  const found = new Map<string, Deployed[]>();
  for (const [stack, { Resources }] of originals) {
    const deployed = await listResources(world.emulator, stack);
    const missing = Object.keys(Resources).filter(
      (id) => !deployed.some(({ logicalId }) => logicalId === id),
    );
    if (missing.length > 0) throw new Error(`${stack} was deployed without ${missing.join(', ')}`);
    found.set(stack, deployed);
  }
  return found;
}

/** Joins what the emulator's EventBridge cannot reach by itself. */
export async function joinAuditLog(world: World): Promise<void> {
  const rules = await connectAuditLog(world, BRIDGE_FUNCTION_ARN);
  if (rules.length === 0) throw new Error('no deployed rule has the audit log group as its target');
}

/** Deploys a changed configuration. @throws Error if anything but the expected happened */
export async function deployChange(
  world: World,
  before: AdaptedAssembly,
  after: AdaptedAssembly,
): Promise<string> {
  const differences = new Map(
    [...after.originals].map(([stack, template]) => {
      const old = before.originals.get(stack);
      if (!old) throw new Error(`stack ${stack} is new`);
      return [stack, compareTemplates(old, template)] as const;
    }),
  );
  requireExpected(after, differences);
  const old = await resourcesOf(world, before);
  await world.cdk.diff(after.folder);
  await world.cdk.plan(after.folder, CHANGE_SET);
  for (const [stack, template] of after.originals) {
    const expected = differences.get(stack) ?? { added: [], removed: [], changed: [] };
    await requirePlanned(world, { stack, expected, template });
  }
  const now = await deployAll(world, after);
  for (const stack of differences.keys()) requireSameThings(old.get(stack) ?? [], now.get(stack) ?? []);
  const all = [...differences.values()];
  const count = (of: keyof Difference) => all.reduce((sum, difference) => sum + difference[of].length, 0);
  return `${count('added')} added, ${count('changed')} changed, none removed or replaced`;
}

function requireExpected({ originals }: AdaptedAssembly, differences: ReadonlyMap<string, Difference>): void {
  const added = [...differences.values()].flatMap((difference) => difference.added).sort();
  if (!isDeepStrictEqual(added, EXPECTED_NEW)) throw new Error(`the change adds ${added.join(', ')}`);
  for (const [stack, { removed, changed }] of differences) {
    if (removed.length > 0) throw new Error(`the change removes ${removed.join(', ')} of ${stack}`);
    const types = changed.map((id) => originals.get(stack)?.Resources[id]?.Type ?? '');
    const odd = changed.filter((_, index) => !EXPECTED_TYPES.includes(types[index] ?? ''));
    if (odd.length > 0) throw new Error(`the change also changes ${odd.join(', ')} of ${stack}`);
  }
}

/**
 * What CloudFormation is about to do must be what the templates say. It may look again at what depends on
 * something changed, as AWS does.
 */
async function requirePlanned(
  world: World,
  { stack, expected, template }: { stack: string; expected: Difference; template: Template },
): Promise<void> {
  const { replaced, ...planned } = await plannedChanges(world.emulator, stack, CHANGE_SET);
  if (replaced.length > 0) throw new Error(`the change replaces ${replaced.join(', ')} of ${stack}`);
  const possible = [...expected.changed, ...dependants(template, expected.changed)];
  const isAsExpected =
    isDeepStrictEqual(planned.added, expected.added) &&
    isDeepStrictEqual(planned.removed, expected.removed) &&
    expected.changed.every((id) => planned.changed.includes(id)) &&
    planned.changed.every((id) => possible.includes(id));
  if (isAsExpected) return;
  throw new Error(
    `change of ${stack}: expected ${JSON.stringify(expected)}, planned ${JSON.stringify(planned)}`,
  );
}

function requireSameThings(before: readonly Deployed[], after: readonly Deployed[]): void {
  for (const { logicalId, physicalId, type } of before.filter((resource) =>
    NEVER_REPLACED.test(resource.type),
  )) {
    const now = after.find((resource) => resource.logicalId === logicalId);
    if (now?.physicalId !== physicalId) throw new Error(`${type} ${logicalId} is not the one it was`);
  }
}

/** What `cdk destroy` left behind on purpose. */
export interface Kept {
  readonly type: string;
  readonly name: string;
}

/**
 * Removes the app with the real CDK CLI.
 * @returns what was kept, which is everything that its template wants kept
 * @throws Error if a stack is still there, or something was removed that should not be, or kept
 */
export async function destroyAll(world: World, assembly: AdaptedAssembly): Promise<Kept[]> {
  await disconnectAuditLog(world);
  const before = await resourcesOf(world, assembly);
  const ids = new Map<string, string>();
  for (const stack of before.keys()) ids.set(stack, await stackId(world.emulator, stack));
  await world.cdk.destroy(assembly.folder);
  const left = (await listStacks(world.emulator)).filter((name) => ids.has(name));
  if (left.length > 0) throw new Error(`cdk destroy left the stacks ${left.join(', ')}`);
  const kept: Kept[] = [];
  for (const [stack, id] of ids) {
    const events = await listEvents(world.emulator, id);
    const skipped = new Set(
      events.filter(({ status }) => status === 'DELETE_SKIPPED').map(({ logicalId }) => logicalId),
    );
    requireKept(assembly, stack, skipped);
    for (const { logicalId, physicalId, type } of before.get(stack) ?? []) {
      if (skipped.has(logicalId)) kept.push({ type, name: physicalId });
    }
  }
  return kept;
}

function requireKept({ originals }: AdaptedAssembly, stack: string, skipped: ReadonlySet<string>): void {
  const wanted = Object.entries(originals.get(stack)?.Resources ?? {})
    .filter(([, { DeletionPolicy }]) => String(DeletionPolicy).startsWith('Retain'))
    .map(([id]) => id)
    .sort();
  const seen = [...skipped].sort();
  if (!isDeepStrictEqual(wanted, seen)) {
    throw new Error(`${stack} was to keep ${wanted.join(', ')}; CloudFormation kept ${seen.join(', ')}`);
  }
}
