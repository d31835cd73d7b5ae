import {
  createValidatedPolicy,
  type ValidatedPolicy,
  validateIdentityPolicy,
  validateResourcePolicy,
} from '@cloud-copilot/iam-policy';
import { runSimulation, type Simulation } from '@cloud-copilot/iam-simulate';
import type { Actor } from './actors.ts';
import { AWS_ACCOUNT, REGION } from './fleet.ts';
import { arnOf } from './physical.ts';
import type { Policies, Policy } from './policies.ts';

/** What somebody wants to do to something. */
export interface Ask {
  readonly action: string;
  readonly resource: string;
  /** Condition keys beside those that tell of the actor. */
  readonly context?: Context;
}

export type Context = Readonly<Record<string, string | string[]>>;
/** `denied`: by a Deny, whatever else is allowed. `no`: nothing allows it. */
export type Decision = 'yes' | 'no' | 'denied';

const SECRETS_MANAGER_HERE = `secretsmanager.${REGION}.amazonaws.com`;

/**
 * What a call to Secrets Manager needs of the KMS key beside the right to call. The least that AWS documents: a
 * stricter reading would only deny more.
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html (2026-11)
 */
const NEEDS_OF_KEY: Readonly<Record<string, string>> = {
  'secretsmanager:GetSecretValue': 'kms:Decrypt',
  'secretsmanager:PutSecretValue': 'kms:GenerateDataKey',
};

const DECISIONS = { Allowed: 'yes', ImplicitlyDenied: 'no', ExplicitlyDenied: 'denied' } as const;
/** What policies say of a key that nobody has restricted. */
const DEFAULT_KEY_POLICY: Policy = {
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Principal: { AWS: `arn:aws:iam::${AWS_ACCOUNT}:root` },
      Action: 'kms:*',
      Resource: '*',
    },
  ],
};

/**
 * Decides as AWS would, with iam-simulate in strict mode. A value of one of our secrets is read or written only
 * if the key's policy and the actor's agree as well.
 * @throws Error if the library finds a policy, action, resource or condition key that AWS does not know
 */
export async function decide(policies: Policies, actor: Actor, ask: Ask): Promise<Decision> {
  const decision = await decideOne(policies, actor, ask);
  const onKey = NEEDS_OF_KEY[ask.action];
  if (decision !== 'yes' || !onKey || !isOurs(policies, ask.resource)) return decision;
  return await decideOne(policies, actor, throughSecretsManager(onKey, ask.resource, keyOf(policies)));
}

/** What Secrets Manager asks of KMS in the caller's name. */
export function throughSecretsManager(action: string, secret: string, key: string): Ask {
  return {
    action,
    resource: key,
    context: { 'kms:ViaService': SECRETS_MANAGER_HERE, 'kms:EncryptionContext:SecretARN': secret },
  };
}

async function decideOne(policies: Policies, actor: Actor, ask: Ask): Promise<Decision> {
  const simulation = simulationOf(policies, actor, ask);
  const answer = await runSimulation(simulation, { simulationMode: 'Strict' });
  if (answer.resultType !== 'single') {
    throw new Error(`${actor.name}, ${ask.action} on ${ask.resource}: ${JSON.stringify(answer)}`);
  }
  const unknown = answer.result.ignoredContextKeys ?? [];
  if (unknown.length > 0) throw new Error(`${ask.action} has no condition key ${unknown.join(', ')}`);
  return DECISIONS[answer.overallResult];
}

function simulationOf(policies: Policies, actor: Actor, { action, resource, context }: Ask): Simulation {
  const fromTemplates = policies.ofIdentity.get(actor.principal);
  const onResource = resourcePolicyOf(policies, resource);
  const own = [...actor.policies, ...(fromTemplates ? [fromTemplates] : [])];
  return {
    request: {
      principal: actor.principal,
      action,
      resource: { resource: isAnything(action) ? '*' : resource, accountId: AWS_ACCOUNT },
      contextVariables: withReadableKeys({ ...actor.context, ...context }),
    },
    identityPolicies: own.map((policy, index) => ({
      name: `policy ${index}`,
      policy: checked(policy, validateIdentityPolicy),
    })),
    ...(onResource && { resourcePolicy: checked(onResource, validateResourcePolicy) }),
    serviceControlPolicies: [],
    resourceControlPolicies: [],
  };
}

const known = new WeakMap<Policy, ValidatedPolicy>();

/** The policy as the library takes it without checking it once more; what it found wrong goes along. */
function checked(policy: Policy, validate: typeof validateIdentityPolicy): ValidatedPolicy {
  const before = known.get(policy);
  if (before) return before;
  const made = createValidatedPolicy(withReadableKeys(policy), validate);
  known.set(policy, made);
  return made;
}

/**
 * Version 0.1.173 takes `kms:EncryptionContext:<key>` for a key that KMS does not know, and leaves it out. In the
 * question and in the policies alike it goes by the name of a key that may end in anything; what it is compared
 * with, and how, stays.
 */
function withReadableKeys<T>(value: T): T {
  return JSON.parse(
    JSON.stringify(value).replaceAll('"kms:EncryptionContext:', '"aws:PrincipalTag/EncryptionContext-'),
  );
}

/** Objects, log streams and the like are under the policy of what they are in. */
function resourcePolicyOf({ ofResource }: Policies, resource: string): Policy | undefined {
  const owner = [...ofResource.keys()].find(
    (arn) => arn === resource || isInside(resource, arn.replace(/:\*$/, '')),
  );
  if (owner !== undefined) return ofResource.get(owner);
  return resource.startsWith(arnOf('kms', 'key/')) ? DEFAULT_KEY_POLICY : undefined;
}

function isInside(resource: string, owner: string): boolean {
  return resource.startsWith(`${owner}/`) || resource.startsWith(`${owner}:log-stream:`);
}

/** Actions that AWS checks on no resource in particular. */
function isAnything(action: string): boolean {
  return /^ec2:Describe/.test(action);
}

function isOurs({ resources }: Policies, arn: string): boolean {
  return resources.some((one) => one.type === 'AWS::SecretsManager::Secret' && one.arn === arn);
}

function keyOf({ resources }: Policies): string {
  return resources.find(({ type }) => type === 'AWS::KMS::Key')?.arn ?? '';
}
