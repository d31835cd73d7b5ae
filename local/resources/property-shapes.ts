import { z } from 'zod';

/** CloudFormation lets numbers and truth values be text as well. */
export const number = z.union([z.number(), z.string().regex(/^-?\d+(\.\d+)?$/)]).transform(Number);
export const flag = z
  .union([z.boolean(), z.enum(['true', 'false'])])
  .transform((value) => String(value) === 'true');
export const text = z.string();
export const texts = z.array(z.string());

/** A property that is known and has no effect here. */
export const withoutEffect = z.unknown().optional();

/** A policy as an object or as JSON text. */
export const policyDocument = z.union([z.string(), z.record(z.string(), z.unknown())]);
