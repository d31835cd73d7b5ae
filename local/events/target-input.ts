import { z } from 'zod';
import type { BusEvent } from './event.ts';
import { type JsonPath, parseJsonPath } from './json-path.ts';

/** How a rule's target wants the event, as the template says it. */
export const targetInputShape = {
  Input: z.string().optional(),
  InputPath: z.string().optional(),
  InputTransformer: z
    .strictObject({ InputPathsMap: z.record(z.string(), z.string()).default({}), InputTemplate: z.string() })
    .optional(),
};

type TargetInputProperties = z.infer<z.ZodObject<typeof targetInputShape>>;

interface RuleIdentity {
  readonly name: string;
  readonly arn: string;
}

/** What a target gets for an event, as text that usually is JSON. */
export type TargetInput = (event: BusEvent) => string;

/** @throws Error when a path, a fixed input or a template is not valid. */
export function parseTargetInput(properties: TargetInputProperties, rule: RuleIdentity): TargetInput {
  const { Input, InputPath, InputTransformer } = properties;
  if ([Input, InputPath, InputTransformer].filter((given) => given !== undefined).length > 1) {
    throw new Error('a target has only one of Input, InputPath and InputTransformer');
  }
  if (Input !== undefined) {
    JSON.parse(Input);
    return () => Input;
  }
  if (InputTransformer) return parseTransformer(InputTransformer, rule);
  const path = parseJsonPath(InputPath ?? '$');
  return (event) => JSON.stringify(path(event) ?? null);
}

function parseTransformer(
  { InputPathsMap, InputTemplate }: NonNullable<TargetInputProperties['InputTransformer']>,
  rule: RuleIdentity,
): TargetInput {
  const variables = new Map<string, JsonPath>([
    ['aws.events.rule-arn', () => rule.arn],
    ['aws.events.rule-name', () => rule.name],
    ['aws.events.event.ingestion-time', (event) => (event as BusEvent).time],
    ['aws.events.event', withoutDetail],
    ['aws.events.event.json', (event) => event],
    ...Object.entries(InputPathsMap).map(([name, path]) => [name, parseJsonPath(path)] as const),
  ]);
  for (const [, name = ''] of InputTemplate.matchAll(VARIABLE)) {
    if (!variables.has(name))
      throw new Error(`the input template names <${name}>, which InputPathsMap does not have`);
  }
  return (event) => fill(InputTemplate, (name) => variables.get(name)?.(event));
}

const VARIABLE = /<([\w.-]+)>/g;

function withoutDetail(event: unknown): unknown {
  const { detail: _detail, ...rest } = event as BusEvent;
  return rest;
}

/** Between quotes a variable becomes part of the text, elsewhere a JSON value; one without a value becomes empty. */
function fill(template: string, lookUp: (name: string) => unknown): string {
  return template.replace(VARIABLE, (_, name: string, at: number) => {
    const value = lookUp(name);
    if (!isInsideQuotes(template, at)) return JSON.stringify(value ?? '');
    if (value === undefined || value === null) return '';
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    return JSON.stringify(text).slice(1, -1);
  });
}

function isInsideQuotes(template: string, at: number): boolean {
  const quotes = template.slice(0, at).match(/(?<!\\)(?:\\\\)*"/g) ?? [];
  return quotes.length % 2 === 1;
}
