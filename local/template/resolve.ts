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
  if (typeof value === 'string') return resolveReferences(value, scope);
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

const SECRET_REFERENCE = /\{\{resolve:secretsmanager:([^:{}]+):SecretString:::\}\}/g;

/** @throws Error for a dynamic reference, unless it names a secret and the scope has something that stands for it. */
function resolveReferences(text: string, { secret }: Scope): string {
  if (!text.includes('{{resolve:')) return text;
  const resolved = secret ? text.replace(SECRET_REFERENCE, (_, name: string) => secret(name)) : text;
  if (!resolved.includes('{{resolve:')) return resolved;
  throw new Error('the local cloud does not resolve dynamic references ({{resolve:...}})');
}
