import { isDeepStrictEqual } from 'node:util';
import type { Template } from './adapt-template.ts';

/** What an update of a stack would do, by logical id. */
export interface Difference {
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly changed: readonly string[];
}

/** Compares the resources of two templates of one stack. Metadata says nothing about what is deployed. */
export function compareTemplates(before: Template, after: Template): Difference {
  const old = before.Resources;
  const next = after.Resources;
  const isChanged = (id: string) => {
    const { Metadata: _old, ...was } = old[id] ?? { Type: '' };
    const { Metadata: _new, ...is } = next[id] ?? { Type: '' };
    return !isDeepStrictEqual(was, is);
  };
  return {
    added: Object.keys(next)
      .filter((id) => !(id in old))
      .sort(),
    removed: Object.keys(old)
      .filter((id) => !(id in next))
      .sort(),
    changed: Object.keys(next)
      .filter((id) => id in old && isChanged(id))
      .sort(),
  };
}

/** The resources of a template that refer to any of these, directly or through another. */
export function dependants({ Resources }: Template, ids: readonly string[]): string[] {
  const found = new Set<string>();
  const reach = (id: string) => {
    for (const [other, resource] of Object.entries(Resources)) {
      if (found.has(other) || !refersTo(resource.Properties, id)) continue;
      found.add(other);
      reach(other);
    }
  };
  for (const id of ids) reach(id);
  return [...found].sort();
}

function refersTo(value: unknown, id: string): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { Ref, 'Fn::GetAtt': attribute } = value as Record<string, unknown>;
  if (Ref === id || (Array.isArray(attribute) && attribute[0] === id)) return true;
  return Object.values(value).some((inner) => refersTo(inner, id));
}
