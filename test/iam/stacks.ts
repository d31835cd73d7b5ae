import type { RekeyConfig } from '../../lib/config/schema.ts';
import { buildApp } from '../../lib/index.ts';
import { resolveValue } from '../../local/template/resolve.ts';
import { AWS_ACCOUNT, REGION } from './fleet.ts';
import { isNamed, type Physical, physicalOf } from './physical.ts';

interface Resource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
}

/** A synthesised stack. */
interface Stack {
  readonly name: string;
  readonly resources: Readonly<Record<string, Resource>>;
  readonly outputs: Readonly<Record<string, { Value: unknown; Export?: { Name: unknown } }>>;
}

/** A resource with every intrinsic function put in. */
export interface ResolvedResource {
  readonly logicalId: string;
  readonly type: string;
  readonly properties: Readonly<Record<string, unknown>>;
  /** Absent for what no policy can refer to. */
  readonly physical: Physical | undefined;
}

interface Place {
  readonly stack: Stack;
  readonly stacks: readonly Stack[];
}

const PSEUDO: Readonly<Record<string, string>> = {
  'AWS::AccountId': AWS_ACCOUNT,
  'AWS::Region': REGION,
  'AWS::Partition': 'aws',
  'AWS::URLSuffix': 'amazonaws.com',
};

/** Synthesises the app and resolves every resource of its templates. */
export function resolvedResources(config: RekeyConfig): ResolvedResource[] {
  const stacks = buildApp(config)
    .synth()
    .stacks.map(({ stackName, template }): Stack => {
      return { name: stackName, resources: template.Resources, outputs: template.Outputs ?? {} };
    });
  return stacks.flatMap((stack) =>
    Object.entries(stack.resources).map(([logicalId, { Type, Properties }]) => ({
      logicalId,
      type: Type,
      properties: resolve(Properties ?? {}, { stack, stacks }) as Record<string, unknown>,
      physical: isNamed(Type) ? physical(logicalId, { stack, stacks }) : undefined,
    })),
  );
}

function physical(logicalId: string, place: Place): Physical {
  const { stack } = place;
  const resource = stack.resources[logicalId];
  if (!resource) throw new Error(`${stack.name} has no ${logicalId}`);
  const text = (property: string) => {
    const value = resource.Properties?.[property];
    return value === undefined ? undefined : String(resolve(value, place));
  };
  return physicalOf({ stack: stack.name, logicalId, type: resource.Type, text });
}

/** What has no name here, the network's parts for one, resolves to its logical id. */
function resolve(value: unknown, place: Place): unknown {
  const find = (logicalId: string): Pick<Physical, 'ref' | 'arn'> => {
    const type = place.stack.resources[logicalId]?.Type ?? '';
    return isNamed(type) ? physical(logicalId, place) : { ref: logicalId, arn: logicalId };
  };
  return resolveValue(value, {
    ref: (name) => PSEUDO[name] ?? find(name).ref,
    attribute: (logicalId, name) => (name === 'Arn' ? find(logicalId).arn : `${logicalId}.${name}`),
    exported: (name) => exported(String(name), place.stacks),
    condition: () => refuse('a condition'),
    mapped: () => refuse('a mapping'),
    availabilityZones: () => [`${REGION}a`],
    secret: (name) => `(the secret ${name})`,
  });
}

function exported(name: string, stacks: readonly Stack[]): unknown {
  for (const stack of stacks) {
    const output = Object.values(stack.outputs).find(({ Export }) => Export?.Name === name);
    if (output) return resolve(output.Value, { stack, stacks });
  }
  throw new Error(`no stack exports ${name}`);
}

function refuse(what: string): never {
  throw new Error(`${what} in a template is not read here`);
}
