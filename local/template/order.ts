import { isRecord } from '../json.ts';
import { substitutedNames } from './substitute.ts';
import type { ResourceDefinition } from './template.ts';

/**
 * Logical ids in an order in which each stands after all that it depends on or refers to.
 *
 * @throws Error naming the circle when resources depend on each other.
 */
export function inDeploymentOrder(resources: Readonly<Record<string, ResourceDefinition>>): string[] {
  const ordered = new Set<string>();
  const visit = (id: string, path: readonly string[]): void => {
    if (ordered.has(id)) return;
    if (path.includes(id))
      throw new Error(`the resources depend on each other: ${[...path, id].join(' -> ')}`);
    const found = resources[id];
    if (!found) return;
    for (const other of dependenciesOf(found)) visit(other, [...path, id]);
    ordered.add(id);
  };
  for (const id of Object.keys(resources)) visit(id, []);
  return [...ordered];
}

function dependenciesOf(resource: ResourceDefinition): string[] {
  return [...resource.DependsOn, ...referencesIn(resource.Properties)];
}

/** Every name that a value refers to, whether parameter or resource. */
function referencesIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(referencesIn);
  if (!isRecord(value)) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    if (key === 'Ref') return [String(inner)];
    if (key === 'Fn::GetAtt') return [String([inner].flat()[0]).split('.')[0] ?? ''];
    if (key !== 'Fn::Sub') return referencesIn(inner);
    const names = substitutedNames(String([inner].flat()[0])).map((name) => name.split('.')[0] ?? '');
    return [...names, ...referencesIn(inner)];
  });
}
