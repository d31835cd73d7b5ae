import type { Place } from '../arn.ts';
import type { DeployedResource } from '../resources/resource-type.ts';
import { Conditions } from '../template/conditions.ts';
import type { Scope } from '../template/intrinsics.ts';
import { NO_VALUE, resolveValue } from '../template/resolve.ts';
import type { Template } from '../template/template.ts';

/** What a stack's intrinsic functions can see. */
export interface StackSurroundings {
  readonly place: Place;
  readonly stackName: string;
  readonly template: Template;
  /** Resources that are deployed already, by logical id. */
  readonly deployed: ReadonlyMap<string, DeployedResource>;
  /** Outputs that stacks export, by export name. */
  readonly exports: ReadonlyMap<string, unknown>;
}

/** `cdk bootstrap` writes its version here; templates ask for at least version 6. */
const BOOTSTRAP_VERSION = { path: '/cdk-bootstrap/hnb659fds/version', value: '30' };

/** Looks up everything that a stack's templates may refer to. Lookups throw when there is no such thing. */
export function stackScope(surroundings: StackSurroundings): Scope {
  const { template, exports, place } = surroundings;
  const pseudo = pseudoParameters(surroundings);
  const scope: Scope = {
    ref(name) {
      if (Object.hasOwn(pseudo, name)) return pseudo[name];
      if (Object.hasOwn(template.Parameters, name)) return parameterValue(template, name);
      return resource(surroundings, name).ref;
    },
    attribute(logicalId, name) {
      const { attributes } = resource(surroundings, logicalId);
      if (Object.hasOwn(attributes, name)) return attributes[name];
      throw new Error(
        `the local cloud does not know the attribute ${name} of ${describe(template, logicalId)}`,
      );
    },
    condition: (name) => conditions.holds(name),
    mapped(map, topKey, secondKey) {
      const found = template.Mappings[map]?.[topKey]?.[secondKey];
      if (found === undefined) throw new Error(`the template maps nothing at ${map}.${topKey}.${secondKey}`);
      return found;
    },
    exported(name) {
      if (exports.has(name)) return exports.get(name);
      throw new Error(`no stack exports '${name}'`);
    },
    availabilityZones: () => ['a', 'b', 'c'].map((zone) => `${place.region}${zone}`),
  };
  const conditions = new Conditions(template.Conditions, (value) => resolveValue(value, scope));
  return scope;
}

function pseudoParameters({ place, stackName }: StackSurroundings): Record<string, unknown> {
  return {
    'AWS::AccountId': place.accountId,
    'AWS::Region': place.region,
    'AWS::Partition': 'aws',
    'AWS::URLSuffix': 'amazonaws.com',
    'AWS::StackName': stackName,
    'AWS::StackId': `arn:aws:cloudformation:${place.region}:${place.accountId}:stack/${stackName}/local`,
    'AWS::NotificationARNs': [],
    'AWS::NoValue': NO_VALUE,
  };
}

function parameterValue({ Parameters }: Template, name: string): unknown {
  const { Type, Default } = Parameters[name] ?? {};
  if (Default === undefined) throw new Error(`the parameter ${name} has no default`);
  if (!Type?.startsWith('AWS::SSM::'))
    return Type?.startsWith('List<') ? String(Default).split(',') : String(Default);
  if (Default === BOOTSTRAP_VERSION.path) return BOOTSTRAP_VERSION.value;
  throw new Error(`the local cloud has no SSM parameter '${Default}' (parameter ${name})`);
}

function resource({ deployed, template }: StackSurroundings, logicalId: string): DeployedResource {
  const found = deployed.get(logicalId);
  if (found) return found;
  throw new Error(`nothing is deployed as ${describe(template, logicalId)}`);
}

function describe({ Resources }: Template, logicalId: string): string {
  const type = Resources[logicalId]?.Type;
  return type === undefined ? `'${logicalId}', which the template does not have` : `${logicalId} (${type})`;
}
