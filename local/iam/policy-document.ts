import { z } from 'zod';
import { checkOperator } from './condition-operators.ts';

const oneOrMany = z.union([z.string(), z.array(z.string())]).transform((value) => [value].flat());

const principal = z.union([
  z.literal('*').transform(() => ({ AWS: ['*'], Service: ['*'] })),
  z.strictObject({ AWS: oneOrMany.optional(), Service: oneOrMany.optional() }),
]);

const conditionValues = z
  .union([z.string(), z.number(), z.boolean(), z.array(z.union([z.string(), z.number(), z.boolean()]))])
  .transform((value) => [value].flat().map(String));

const statement = z.strictObject({
  Sid: z.string().optional(),
  Effect: z.enum(['Allow', 'Deny']),
  Principal: principal.optional(),
  NotPrincipal: principal.optional(),
  Action: oneOrMany.optional(),
  NotAction: oneOrMany.optional(),
  Resource: oneOrMany.optional(),
  NotResource: oneOrMany.optional(),
  Condition: z.record(z.string(), z.record(z.string(), conditionValues)).optional(),
});

const document = z.strictObject({
  Version: z.enum(['2012-10-17', '2008-10-17']).optional(),
  Id: z.string().optional(),
  Statement: z.union([statement.transform((one) => [one]), z.array(statement)]),
});

/** One statement of a policy; what IAM lets be one value or several is always several. */
export type Statement = z.infer<typeof statement>;
/** A parsed policy. */
export type PolicyDocument = z.infer<typeof document>;

/**
 * Reads a policy given as an object or as JSON text.
 *
 * @throws ZodError naming the field; SyntaxError; Error for a condition operator that is not modelled.
 */
export function parsePolicy(policy: unknown): PolicyDocument {
  const parsed = document.parse(typeof policy === 'string' ? JSON.parse(policy) : policy);
  for (const { Condition } of parsed.Statement) Object.keys(Condition ?? {}).forEach(checkOperator);
  return parsed;
}
