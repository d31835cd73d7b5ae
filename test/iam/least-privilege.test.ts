import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { GRID_BOT, HEDGE_BOT, TAX_TOOL } from './actors.ts';
import { type Allowance, errandsOf, gaps } from './allowances.ts';
import type { Attack } from './attacks/attack.ts';
import { attacksOn } from './attacks/attacks.ts';
import { type Call, callsOf, callsOfNotify, callsOfWatchReads, SECRET_CALLS } from './calls.ts';
import { decide } from './decide.ts';
import { ACCOUNTS, FLEET } from './fleet.ts';
import { type Mutant, narrowed, widened } from './mutants.ts';
import { withTable } from './page.ts';
import { type Policies, readPolicies } from './policies.ts';
import { recordCalls } from './recorded-calls.ts';
import { decideTable } from './table.ts';
import { asks, secretOf, Things } from './things.ts';

const PAGE = 'docs/security.md';

// In a process of its own for the most part, so it costs little time beside the rest.
const recording = recordCalls();
const policies = readPolicies(FLEET);
const things = new Things(policies);
const attacks = attacksOn(things);
const calls = [
  ...ACCOUNTS.flatMap((account) => callsOf(account, things)),
  ...callsOfWatchReads(things),
  ...callsOfNotify(things),
];

/** The first ask of an attack that goes through. */
async function breakIn(weakened: Policies, attack: Attack): Promise<string | undefined> {
  for (const actor of attack.actors) {
    for (const ask of attack.asks) {
      if ((await decide(weakened, actor, ask)) === 'yes')
        return `${actor.name}: ${ask.action} on ${ask.resource}`;
    }
  }
  return undefined;
}

async function refused(allowances: readonly Allowance[]): Promise<string[]> {
  const missing: string[] = [];
  for (const { who, may, pairs } of allowances) {
    for (const [actors, all] of pairs) {
      for (const actor of actors) {
        for (const ask of all) {
          const decision = await decide(policies, actor, ask);
          if (decision !== 'yes')
            missing.push(`${who} may ${may}: ${actor.name} ${ask.action} ${ask.resource}`);
        }
      }
    }
  }
  return missing;
}

describe('what the functions really do', () => {
  let recorded: Set<string>;
  beforeAll(async () => {
    recorded = await recording;
  });

  test('is what the list of calls says, no more and no less', () => {
    const listed = Object.entries(SECRET_CALLS).flatMap(([name, kinds]) =>
      Object.entries(kinds).flatMap(([kind, operations]) =>
        operations.map((operation) => `${name} ${operation} ${kind}`),
      ),
    );
    expect([...recorded].sort()).toEqual(listed.sort());
  });

  test('goes to Secrets Manager, the buses and the topics only, by the commands in the source', () => {
    const source = readdirSync('lambda', { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => readFileSync(join('lambda', name), 'utf8'))
      .join('\n');
    const commands = [...source.matchAll(/new (\w+)Command\(/g)].map(([, name = '']) => name);
    const clients = [...source.matchAll(/'@aws-sdk\/(client-[\w-]+)'/g)].map(([, name = '']) => name);
    const listed = Object.values(SECRET_CALLS).flatMap(({ key, manager }) => [...key, ...manager]);
    expect(new Set(commands)).toEqual(new Set([...listed, 'PutEvents', 'Publish']));
    expect(new Set(clients)).toEqual(new Set(['client-eventbridge', 'client-secrets-manager', 'client-sns']));
  });

  test('is allowed, call by call', async () => {
    const stopped: string[] = [];
    for (const { actor, ask } of calls) {
      const decision = await decide(policies, actor, ask);
      if (decision !== 'yes') stopped.push(`${actor.name}: ${ask.action} on ${ask.resource}`);
    }
    expect(stopped).toEqual([]);
    expect(calls.length).toBeGreaterThan(100);
  });

  test.each([
    [GRID_BOT, secretOf('main', 'grid-bot')],
    [TAX_TOOL, secretOf('main', 'tax-tool')],
    [HEDGE_BOT, secretOf('main-hedge', 'hedge-bot')],
  ])('includes that $name reads its key', async (reader, secret) => {
    const [read] = asks(['secretsmanager:GetSecretValue'], secret);
    expect(read && (await decide(policies, reader, read))).toBe('yes');
  });

  test('needs every action that a role of a function is allowed', async () => {
    const functionRoles = new Set(calls.map(({ actor }) => actor.principal));
    const unneeded: string[] = [];
    for (const { owners, policies: less, name } of narrowed(policies)) {
      const [role = ''] = owners;
      if (functionRoles.has(role) && !(await stops(less, callsUnder(role)))) unneeded.push(name);
    }
    expect(unneeded).toEqual([]);
  });
});

function callsUnder(role: string): Call[] {
  return calls.filter(({ actor }) => actor.principal === role);
}

async function stops(less: Policies, affected: readonly Call[]): Promise<boolean> {
  for (const { actor, ask } of affected) if ((await decide(less, actor, ask)) !== 'yes') return true;
  return false;
}

describe('attack:', () => {
  test.each(attacks.map((attack) => [attack.name, attack] as const))(
    '%s, and is denied',
    async (_, attack) => {
      expect(attack.actors.length * attack.asks.length).toBeGreaterThan(0);
      expect(await breakIn(policies, attack)).toBeUndefined();
    },
  );
});

describe('the attacks notice', () => {
  const mutants = widened(policies);

  test('what each role and resource of every kind could be too generous in', () => {
    const rotate = 'arn:aws:iam::111122223333:role/rekey/rekey-main-rotate-eu-west-1';
    const manager = [
      'CancelRotateSecret',
      'PutSecretValue',
      'RotateSecret',
      'TagResource',
      'UpdateSecretVersionStage',
    ]
      .map((action) => `secretsmanager:${action}`)
      .join(', ');
    const names = mutants.map(({ name }) => name);
    expect(names).toContain(`${rotate}: ${manager} without its Deny`);
    expect(names.filter((name) => /rotate.*GetSecretValue.* on every resource/.test(name))).toHaveLength(2);
    expect(new Set(mutants.flatMap(({ owners }) => owners))).toEqual(
      new Set([...policies.ofIdentity.keys(), ...policies.ofResource.keys()]),
    );
  });

  test('every statement that is made weaker', async () => {
    const unnoticed: string[] = [];
    for (const mutant of mutants) if (!(await isNoticed(mutant))) unnoticed.push(mutant.name);
    expect(unnoticed).toEqual([]);
  });
});

/** Only by asks that the weakened statement has a part in: its owner asks or is asked for, and of its service. */
async function isNoticed({ owners, services, policies: weakened }: Mutant): Promise<boolean> {
  for (const { name, actors, asks: all } of attacks) {
    const about = all.filter(({ action }) => services.has(action.split(':')[0] ?? ''));
    const byOwner = {
      name,
      actors: actors.filter(({ principal }) => owners.includes(principal)),
      asks: about,
    };
    const onOwner = { name, actors, asks: about.filter(({ resource }) => owners.some(isPartOf(resource))) };
    for (const part of [byOwner, onOwner]) if (await breakIn(weakened, part)) return true;
  }
  return false;
}

function isPartOf(resource: string): (owner: string) => boolean {
  return (owner) => resource.startsWith(owner.replace(/:\*$/, ''));
}

describe(PAGE, () => {
  test('lists services that really are let in', async () => {
    expect(await refused(errandsOf(things))).toEqual([]);
  });

  test('lists what is allowed needlessly, until it no longer is', async () => {
    expect(await refused(gaps())).toEqual([]);
  });

  test('shows who may do what as the policies decide it', async () => {
    const rows = await decideTable(policies, things);
    const page = readFileSync(PAGE, 'utf8');
    const expected = withTable(page, { rows, errands: errandsOf(things), gaps: gaps() });
    if (process.env.UPDATE_DOCS === '1') writeFileSync(PAGE, expected);
    else expect(page, `write it anew: UPDATE_DOCS=1 npx vitest run test/iam`).toBe(expected);
  });
});
