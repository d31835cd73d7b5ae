import { z } from 'zod';

const resource = z.strictObject({
  Type: z.string(),
  Properties: z.record(z.string(), z.unknown()).default({}),
  DependsOn: z
    .union([z.string(), z.array(z.string())])
    .transform((value) => [value].flat())
    .default([]),
  Condition: z.string().optional(),
  DeletionPolicy: z.enum(['Delete', 'Retain', 'RetainExceptOnCreate', 'Snapshot']).default('Delete'),
  UpdateReplacePolicy: z.enum(['Delete', 'Retain', 'Snapshot']).optional(),
  Metadata: z.unknown().optional(),
});

const parameter = z.object({ Type: z.string(), Default: z.union([z.string(), z.number()]).optional() });

const output = z.object({
  Value: z.unknown(),
  Condition: z.string().optional(),
  Export: z.strictObject({ Name: z.unknown() }).optional(),
});

/** A template that uses anything else (macros, for one) is refused rather than half understood. */
const template = z.strictObject({
  AWSTemplateFormatVersion: z.string().optional(),
  Description: z.string().optional(),
  Metadata: z.unknown().optional(),
  /** Checks of the parameters before a deployment; the one that CDK writes is about the bootstrap version. */
  Rules: z.unknown().optional(),
  Parameters: z.record(z.string(), parameter).default({}),
  Mappings: z.record(z.string(), z.record(z.string(), z.record(z.string(), z.unknown()))).default({}),
  Conditions: z.record(z.string(), z.unknown()).default({}),
  Resources: z.record(z.string(), resource).default({}),
  Outputs: z.record(z.string(), output).default({}),
});

/** A CloudFormation template whose sections are known, with nothing resolved yet. */
export type Template = z.infer<typeof template>;
/** One resource of a template. */
export type ResourceDefinition = z.infer<typeof resource>;

/** @throws ZodError naming the section. */
export function parseTemplate(content: unknown): Template {
  return template.parse(content);
}
