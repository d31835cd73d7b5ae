import { isRecord } from '../json.ts';
import { INTRINSICS, type Scope } from './intrinsics.ts';

/** What `AWS::NoValue` stands for: the property is left out. */
export const NO_VALUE = Symbol('AWS::NoValue');

/**
 * A value of a template with every intrinsic function put in.
 *
 * @throws Error for an intrinsic function, reference or attribute that is not known.
 */
export function resolveValue(value: unknown, scope: Scope): unknown {
  if (typeof value === 'string') return refuseDynamicReference(value);
  if (Array.isArray(value))
    return value.map((item) => resolveValue(item, scope)).filter((item) => item !== NO_VALUE);
  if (!isRecord(value)) return value;
  const intrinsic = intrinsicOf(value);
  if (intrinsic) {
    const apply = INTRINSICS[intrinsic];
    if (!apply) throw new Error(`the local cloud does not know the intrinsic function ${intrinsic}`);
    return apply(value[intrinsic], { ...scope, resolve: (inner) => resolveValue(inner, scope) });
  }
  const entries = Object.entries(value).map(([key, inner]) => [key, resolveValue(inner, scope)] as const);
  return Object.fromEntries(entries.filter(([, inner]) => inner !== NO_VALUE));
}

/** The name of the intrinsic function that an object is, if it is one. */
function intrinsicOf(value: Readonly<Record<string, unknown>>): string | undefined {
  const keys = Object.keys(value);
  const [key = ''] = keys;
  return keys.length === 1 && (key === 'Ref' || key.startsWith('Fn::')) ? key : undefined;
}

function refuseDynamicReference(text: string): string {
  if (!text.includes('{{resolve:')) return text;
  throw new Error('the local cloud does not resolve dynamic references ({{resolve:...}})');
}
