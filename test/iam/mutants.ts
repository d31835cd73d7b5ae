import type { Policies, Policy, Statement } from './policies.ts';

/** The policies with one statement made weaker. */
export interface Mutant {
  readonly name: string;
  /** ARNs of the roles or resources whose policy it is part of. */
  readonly owners: readonly string[];
  /** Services whose actions the statement is about. */
  readonly services: ReadonlySet<string>;
  readonly policies: Policies;
}

type Side = 'ofIdentity' | 'ofResource';

/** A statement with all that it belongs to: that of an account's log policy belongs to every log group. */
interface Spot {
  readonly side: Side;
  readonly owners: readonly string[];
  readonly statement: Statement;
}

/**
 * One mutant for each way in which one statement could be too generous: a Deny dropped, a condition dropped, an
 * Allow for one resource widened to all, an Allow for one principal opened to every one.
 */
export function widened(policies: Policies): Mutant[] {
  return spotsOf(policies).flatMap((spot) => {
    const { statement } = spot;
    if (statement.Effect === 'Deny')
      return [mutant(policies, spot, { what: 'without its Deny', by: undefined })];
    return [
      ...withoutConditions(policies, spot),
      ...onEverything(policies, spot),
      ...forEverybody(policies, spot),
    ];
  });
}

/** One mutant for each action that a role is allowed, without it. */
export function narrowed(policies: Policies): (Mutant & { readonly action: string })[] {
  const allowed = spotsOf(policies).filter(
    ({ side, statement }) => side === 'ofIdentity' && statement.Effect === 'Allow',
  );
  return allowed.flatMap((spot) => {
    const actions = [spot.statement.Action].flat();
    return actions.map((action) => {
      const rest = actions.filter((one) => one !== action);
      const by = rest.length === 0 ? undefined : { ...spot.statement, Action: rest };
      return { ...mutant(policies, spot, { what: `without ${action}`, by }), action };
    });
  });
}

function withoutConditions(policies: Policies, spot: Spot): Mutant[] {
  const { statement } = spot;
  const { Condition = {} } = statement;
  return Object.entries(Condition).flatMap(([operator, keys]) =>
    Object.keys(keys).map((key) => {
      const rest = Object.fromEntries(Object.entries(keys).filter(([name]) => name !== key));
      const others = Object.entries(Condition).filter(([name]) => name !== operator);
      const kept = [...others, ...(Object.keys(rest).length > 0 ? [[operator, rest] as const] : [])];
      const { Condition: _, ...bare } = statement;
      const by = kept.length === 0 ? bare : { ...bare, Condition: Object.fromEntries(kept) };
      return mutant(policies, spot, { what: `without the condition on ${key}`, by });
    }),
  );
}

/** A resource's own policy speaks of that resource only, unless it belongs to several. */
function onEverything(policies: Policies, spot: Spot): Mutant[] {
  if (spot.side === 'ofResource' && spot.owners.length === 1) return [];
  if ([spot.statement.Resource].flat().includes('*')) return [];
  return [mutant(policies, spot, { what: 'on every resource', by: { ...spot.statement, Resource: '*' } })];
}

/** Where a condition names who is meant, everybody is named already. */
function forEverybody(policies: Policies, spot: Spot): Mutant[] {
  const { Principal, Condition } = spot.statement;
  if (spot.side === 'ofIdentity' || isWildcard(Principal) || Condition) return [];
  return [mutant(policies, spot, { what: 'for everybody', by: { ...spot.statement, Principal: '*' } })];
}

function isWildcard(principal: unknown): boolean {
  return principal === '*' || (principal as { AWS?: unknown } | undefined)?.AWS === '*';
}

function mutant(
  policies: Policies,
  { side, owners, statement }: Spot,
  { what, by }: { what: string; by: Statement | undefined },
): Mutant {
  const changed = new Map<string, Policy>(policies[side]);
  for (const owner of owners) {
    const before = policies[side].get(owner)?.Statement ?? [];
    const after = before.flatMap((one) => (one === statement ? (by ?? []) : one));
    if (after.length === 0) changed.delete(owner);
    else changed.set(owner, { Version: '2012-10-17', Statement: after });
  }
  const actions = [statement.Action].flat();
  const services = new Set(actions.map((action) => action.split(':')[0] ?? ''));
  const name = `${owners[0]}: ${actions.join(', ')} ${what}`;
  return { name, owners, services, policies: { ...policies, [side]: changed } };
}

function spotsOf(policies: Policies): Spot[] {
  return (['ofIdentity', 'ofResource'] as const).flatMap((side) => {
    const owners = new Map<Statement, string[]>();
    for (const [owner, { Statement }] of policies[side]) {
      for (const one of Statement) owners.set(one, [...(owners.get(one) ?? []), owner]);
    }
    return [...owners].map(([statement, all]) => ({ side, owners: all, statement }));
  });
}
