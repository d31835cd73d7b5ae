import type { RekeyConfig } from '../../lib/config/schema.ts';
import type { Physical } from './physical.ts';
import { type ResolvedResource, resolvedResources } from './stacks.ts';

export interface Statement {
  readonly Sid?: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Principal?: unknown;
  readonly Action: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

export interface Policy {
  readonly Version: '2012-10-17';
  readonly Statement: readonly Statement[];
}

/** Every policy of an app as it would be deployed, under concrete ARNs. */
export interface Policies {
  readonly resources: readonly Physical[];
  /** What a role may do, by the role's ARN. */
  readonly ofIdentity: ReadonlyMap<string, Policy>;
  /** What a resource lets others do, by its ARN; a role's trust policy is its resource policy. */
  readonly ofResource: ReadonlyMap<string, Policy>;
}

/** Policies as they stand in one stack: to whom or what they belong, and their statements. */
interface Found {
  readonly side: 'ofIdentity' | 'ofResource';
  readonly owners: readonly string[];
  readonly statements: readonly Statement[];
}

type Properties = Readonly<Record<string, unknown>>;

/**
 * Synthesises the app and reads every policy in its templates.
 * @throws Error for a kind of policy that is not read: none may be overlooked
 */
export function readPolicies(config: RekeyConfig): Policies {
  const all = resolvedResources(config);
  const resources = all.flatMap(({ physical }) => physical ?? []);
  const found = all.flatMap((resource) => {
    checkRead(resource);
    return READERS[resource.type]?.(resource.properties, resource.physical?.arn ?? '') ?? [];
  });
  return {
    resources,
    ofIdentity: collect(found, 'ofIdentity', resources),
    ofResource: collect(found, 'ofResource', resources),
  };
}

/** Stands for every log group: their policies belong to the AWS account. */
const EVERY_LOG_GROUP = '(every log group)';

function collect(
  found: readonly Found[],
  side: Found['side'],
  resources: readonly Physical[],
): Map<string, Policy> {
  const policies = new Map<string, Policy>();
  for (const { owners, statements } of found.filter((one) => one.side === side)) {
    for (const owner of owners.flatMap((name) => arnsOf(name, resources))) {
      const before = policies.get(owner)?.Statement ?? [];
      policies.set(owner, { Version: '2012-10-17', Statement: [...before, ...statements] });
    }
  }
  return policies;
}

function arnsOf(name: string, resources: readonly Physical[]): string[] {
  const isOwner = ({ ref, arn, type }: Physical) =>
    name === EVERY_LOG_GROUP ? type === 'AWS::Logs::LogGroup' : name === ref || name === arn;
  const arns = resources.filter(isOwner).map(({ arn }) => arn);
  if (arns.length === 0) throw new Error(`a policy belongs to ${name}, which no template makes`);
  return arns;
}

/** How to read each type that holds a policy. */
const READERS: Readonly<Record<string, (properties: Properties, self: string) => Found[]>> = {
  'AWS::IAM::Policy': ({ PolicyDocument, Roles }) => [
    { side: 'ofIdentity', owners: Roles as string[], statements: statementsOf(PolicyDocument) },
  ],
  'AWS::IAM::Role': ({ AssumeRolePolicyDocument }, self) => [onResource([self], AssumeRolePolicyDocument)],
  'AWS::KMS::Key': ({ KeyPolicy }, self) => [onResource([self], KeyPolicy)],
  'AWS::SecretsManager::ResourcePolicy': ({ ResourcePolicy, SecretId }) => [
    onResource([SecretId as string], ResourcePolicy),
  ],
  'AWS::SQS::QueuePolicy': ({ PolicyDocument, Queues }) => [onResource(Queues as string[], PolicyDocument)],
  'AWS::SNS::TopicPolicy': ({ PolicyDocument, Topics }) => [onResource(Topics as string[], PolicyDocument)],
  'AWS::S3::BucketPolicy': ({ PolicyDocument, Bucket }) => [onResource([Bucket as string], PolicyDocument)],
  'AWS::Logs::ResourcePolicy': ({ PolicyDocument }) => [
    onResource([EVERY_LOG_GROUP], JSON.parse(PolicyDocument as string)),
  ],
  'AWS::Lambda::Permission': (properties) => [permission(properties)],
};

function onResource(owners: readonly string[], document: unknown): Found {
  return { side: 'ofResource', owners, statements: statementsOf(document) };
}

/** The statement that Lambda makes of a permission. */
function permission({ Action, FunctionName, Principal, SourceAccount, SourceArn }: Properties): Found {
  const statement: Statement = {
    Effect: 'Allow',
    Principal: { Service: Principal },
    Action: Action as string,
    Resource: FunctionName as string,
    Condition: {
      ...(SourceAccount !== undefined && { StringEquals: { 'aws:SourceAccount': SourceAccount } }),
      ...(SourceArn !== undefined && { ArnLike: { 'aws:SourceArn': SourceArn } }),
    },
  };
  return { side: 'ofResource', owners: [FunctionName as string], statements: [statement] };
}

function statementsOf(document: unknown): readonly Statement[] {
  return (document as Policy).Statement;
}

function checkRead({ type, logicalId, properties }: ResolvedResource): void {
  const holds = /Policy$|Permission$|Grant$/.test(type) && !(type in READERS);
  const inside = ['ManagedPolicyArns', 'Policies', 'PermissionsBoundary', 'AccessPolicies'];
  const unread = holds ? type : inside.find((name) => name in properties);
  if (unread) throw new Error(`${logicalId} holds a policy that is not read: ${unread}`);
}
