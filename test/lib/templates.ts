import { type App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import type { RekeyConfig } from '../../lib/config/schema.ts';
import { buildApp } from '../../lib/index.ts';

/** A resource as it stands in a template. */
export interface Resource {
  readonly Type: string;
  readonly Properties: Record<string, unknown>;
  readonly DependsOn?: readonly string[];
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
}

/** A statement of a policy as it stands in a template. */
export interface Statement {
  readonly Sid?: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
  readonly Principal?: unknown;
  readonly Condition?: Record<string, Record<string, unknown>>;
}

/** The stacks of an app, in the order in which they were made. */
export function stacksOf(app: App): Stack[] {
  return app.node.children.filter((child) => Stack.isStack(child));
}

/**
 * The templates of a configuration: what is shared, and each account's by its name.
 * @throws Error if a template does not fit CloudFormation's own schemas
 */
export function templatesOf(config: RekeyConfig): Record<string, Template> {
  const stacks = stacksOf(buildApp(config));
  return Object.fromEntries(
    stacks.map((stack) => [stack.stackName.replace(/^rekey-/, ''), Template.fromStack(stack)]),
  );
}

/** Every resource of a template by logical id, or only those of a type. */
export function resourcesOf(template: Template | undefined, type?: string): Record<string, Resource> {
  const all = (template?.toJSON().Resources ?? {}) as Record<string, Resource>;
  return Object.fromEntries(Object.entries(all).filter(([, resource]) => !type || resource.Type === type));
}

/** The only resource of a type that satisfies a question. @throws Error if there is not exactly one */
export function only(
  resources: Record<string, Resource>,
  is: (resource: Resource) => boolean = () => true,
): Resource {
  const found = Object.values(resources).filter(is);
  if (found.length !== 1 || !found[0]) throw new Error(`${found.length} resources instead of one`);
  return found[0];
}

/** The statements of a resource's policy, whatever its property is called; none if there is no policy. */
export function statementsOf(resource: Resource | undefined): Statement[] {
  const { PolicyDocument, ResourcePolicy, KeyPolicy } = resource?.Properties ?? {};
  const document = (PolicyDocument ?? ResourcePolicy ?? KeyPolicy) as { Statement: Statement[] } | undefined;
  return document?.Statement ?? [];
}

/** What a condition compares a key with. @throws Error if the statement has no such condition */
export function conditionOf(statement: Statement | undefined, operator: string, key: string): unknown[] {
  const value = statement?.Condition?.[operator]?.[key];
  if (value === undefined) throw new Error(`no condition ${operator} on ${key}`);
  return Array.isArray(value) ? value : [value];
}

/** Text with `Fn::Join`, `Ref` and the like replaced by what they name, so that a test can read it. */
export function plain(value: unknown): string {
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return value.map(plain).join(' ');
  const [[name, argument] = []] = Object.entries(value as object);
  if (name === 'Fn::Join') return (argument as [string, unknown[]])[1].map(plain).join('');
  if (name === 'Fn::GetAtt') return `<${(argument as string[]).join('.')}>`;
  if (name === 'Fn::ImportValue')
    return `<${String(argument)
      .replace(/^.*?Output(Ref|FnGetAtt)/, '')
      .replace(/[0-9A-F]{8,}.*$/, '')}>`;
  return `<${plain(argument)}>`;
}
