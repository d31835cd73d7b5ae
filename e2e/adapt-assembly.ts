import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { adaptTemplate, type Template } from './adapt-template.ts';
import { BRIDGE_FUNCTION_ARN } from './bridge.ts';
import { type Emulator, EmulatorRefusal } from './emulator.ts';
import { GAPS, type Gap, nameOf } from './gaps.ts';

export interface AdaptedAssembly {
  readonly folder: string;
  /** Every template as it was synthesised, by stack. */
  readonly originals: ReadonlyMap<string, Template>;
  readonly met: readonly Gap[];
}

const SUFFIX = '.template.json';

/** The templates of a cloud assembly, by stack. */
function readTemplates(folder: string): Map<string, Template> {
  const files = readdirSync(folder).filter((name) => name.endsWith(SUFFIX));
  return new Map(
    files.map((file) => [
      file.slice(0, -SUFFIX.length),
      JSON.parse(readFileSync(join(folder, file), 'utf8')) as Template,
    ]),
  );
}

/**
 * Copies a cloud assembly to `folder` with templates that the emulator takes.
 * @throws Error when it refuses something that is no known gap, or still refuses the copy
 */
export async function adaptAssembly(
  emulator: Emulator,
  from: string,
  folder: string,
): Promise<AdaptedAssembly> {
  rmSync(folder, { recursive: true, force: true });
  cpSync(from, folder, { recursive: true });
  const originals = readTemplates(from);
  const met = new Map<string, Gap>();
  for (const [stack, original] of originals) {
    const adapted = adaptTemplate(original, await refusedTypes(emulator, original), BRIDGE_FUNCTION_ARN);
    for (const gap of adapted.met) met.set(nameOf(gap), gap);
    const left = await refusedTypes(emulator, adapted.template);
    if (left.length > 0)
      throw new Error(`the emulator refuses the adapted template of ${stack}: ${left.join(', ')}`);
    writeFileSync(join(folder, `${stack}${SUFFIX}`), JSON.stringify(adapted.template, null, 1));
  }
  return { folder, originals, met: [...met.values()] };
}

/** Which of a template's types the emulator does not know, in its own words. */
async function refusedTypes(emulator: Emulator, template: Template): Promise<string[]> {
  try {
    const TemplateBody = JSON.stringify(template);
    await emulator.query('cloudformation', { Action: 'ValidateTemplate', TemplateBody });
    return [];
  } catch (error) {
    if (!(error instanceof EmulatorRefusal)) throw error;
    const [, types] = /Unrecognized resource types: \[([^\]]+)\]/.exec(error.message) ?? [];
    if (types === undefined) throw error;
    return types.split(', ');
  }
}

/**
 * Asks the emulator for each gap whether it still is one.
 * @throws Error naming the bridges that are no longer needed
 */
export async function checkGaps(emulator: Emulator): Promise<void> {
  const types = GAPS.filter(({ property }) => property === undefined).map(({ type }) => type);
  const probe = Object.fromEntries(types.map((Type, index) => [`Probe${index}`, { Type }]));
  const refused = await refusedTypes(emulator, { Resources: probe });
  const closed = types.filter((type) => !refused.includes(type));
  if (!(await refusesMetricMath(emulator))) closed.push('AWS::CloudWatch::Alarm with Metrics');
  if (closed.length > 0) {
    throw new Error(
      `the emulator now takes ${closed.join(', ')}: take it out of e2e/gaps.ts and its bridge away`,
    );
  }
}

/** A template with it is valid to the emulator; only the deployment fails. */
async function refusesMetricMath(emulator: Emulator): Promise<boolean> {
  const Metrics = [{ Id: 'm', Expression: 'TIME_SERIES(1)', ReturnData: true }];
  const Properties = {
    Metrics,
    ComparisonOperator: 'GreaterThanThreshold',
    EvaluationPeriods: 1,
    Threshold: 1,
  };
  const TemplateBody = JSON.stringify({
    Resources: { Probe: { Type: 'AWS::CloudWatch::Alarm', Properties } },
  });
  const StackName = 'rekey-e2e-probe';
  await emulator.query('cloudformation', { Action: 'CreateStack', StackName, TemplateBody });
  const status = await settledStatus(emulator, StackName);
  await emulator.query('cloudformation', { Action: 'DeleteStack', StackName });
  return status !== 'CREATE_COMPLETE';
}

async function settledStatus(emulator: Emulator, StackName: string): Promise<string> {
  for (;;) {
    const answer = await emulator.query('cloudformation', { Action: 'DescribeStacks', StackName });
    const status = /<StackStatus>([A-Z_]+)</.exec(answer)?.[1] ?? '';
    if (!status.endsWith('IN_PROGRESS')) return status;
  }
}
