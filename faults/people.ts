import { MANAGER, SECRET } from './setting.ts';
import { stop } from './works.ts';
import type { World } from './world.ts';

/** Something that somebody else does in the middle of a work: another function, or a person. */
interface Act {
  readonly tells: string;
  act(world: World): Promise<unknown>;
  /** Whether afterwards a person has to order a rotation to have everything as declared again. */
  readonly needsHelp?: boolean;
}

const ALL_ACTS = {
  reconcile: { tells: 'a reconcile pass runs', act: (world) => world.reconcile() },
  emergency: { tells: 'an emergency is ordered', act: orderEmergencyMeanwhile },
  rotate: {
    tells: 'a person asks for a rotation',
    act: (world) => world.operate({ act: 'rotate', key: world.key.name, actor: 'alice' }),
  },
  'put-key': { tells: 'a person stores a key of his own by hand', act: putKey, needsHelp: true },
  'put-rubbish': { tells: 'a person stores something that is no key', act: putRubbish, needsHelp: true },
  'delete-current': {
    tells: 'a person deletes the current key at the exchange',
    act: deleteCurrent,
    needsHelp: true,
  },
  'delete-others': {
    tells: 'a person deletes all other keys of ours at the exchange',
    act: deleteOthers,
    needsHelp: true,
  },
  'widen-current': {
    tells: 'a person lets the current key be used from anywhere',
    act: widenCurrent,
    needsHelp: true,
  },
  'widen-others': {
    tells: 'a person lets all other keys of ours be used from anywhere',
    act: widenOthers,
    needsHelp: true,
  },
  'drop-pending': { tells: 'a person takes AWSPENDING off', act: dropPending, needsHelp: true },
  'turn-off': { tells: 'a person turns rotation off', act: turnOff, needsHelp: true },
  stop: { tells: 'a person stops the key', act: stop },
  'replace-manager': {
    tells: 'a person replaces the manager key and deletes the old one',
    act: replaceManager,
  },
} as const satisfies Record<string, Act>;

export type ActName = keyof typeof ALL_ACTS;
export const ACTS: Readonly<Record<ActName, Act>> = ALL_ACTS;

/** An order in the middle of a work: what it starts is waited for with the work itself. */
async function orderEmergencyMeanwhile(world: World): Promise<void> {
  world.monitor.emergencyAtMs = Math.min(world.monitor.emergencyAtMs, world.clock.nowMs());
  await world.operate({ act: 'rotateEmergency', key: world.key.name, actor: 'alice' });
}

/** Rotates once more, with rotation turned on if it was off. */
export async function help(world: World): Promise<void> {
  await world.byHand('RotateSecret', { SecretId: SECRET }).catch(async () => {
    await dropPending(world);
    await world.byHand('RotateSecret', { SecretId: SECRET });
  });
  await world.settle();
}

async function putKey(world: World): Promise<void> {
  const { key, exchange, monitor } = world;
  const made = exchange.website.createKey({
    subAccount: key.subAccount,
    label: 'replacement',
    permissions: key.products,
    ips: key.allowList,
  });
  monitor.noteForeign(made.apiKey);
  const { apiKey, secret, password } = made;
  const value = JSON.stringify({ apiKey, secret, ...(password ? { password } : {}) });
  world.leaks.noteValue(value);
  await world.byHand('PutSecretValue', { SecretId: SECRET, SecretString: value });
}

async function putRubbish(world: World): Promise<void> {
  world.monitor.excuseCurrent();
  await world.byHand('PutSecretValue', { SecretId: SECRET, SecretString: 'to be filled in later' });
  world.monitor.excuseCurrent();
}

/** Living keys that Rekey has made. */
function ourKeys({ monitor, key }: World): string[] {
  return monitor.records
    .filter(
      ({ deletedAt, subAccount, apiKey }) =>
        deletedAt === null && subAccount === key.subAccount && !monitor.foreign.has(apiKey),
    )
    .map(({ apiKey }) => apiKey);
}

function deleteKey({ exchange, monitor }: World, apiKey: string): void {
  monitor.deletedByHand.add(apiKey);
  exchange.website.deleteKey(apiKey);
}

async function deleteCurrent(world: World): Promise<void> {
  const current = world.monitor.current?.apiKey;
  if (current === undefined || !ourKeys(world).includes(current)) return;
  world.monitor.excuseCurrent();
  deleteKey(world, current);
}

async function deleteOthers(world: World): Promise<void> {
  const current = world.monitor.current?.apiKey;
  for (const apiKey of ourKeys(world)) if (apiKey !== current) deleteKey(world, apiKey);
}

async function widenCurrent(world: World): Promise<void> {
  const current = world.monitor.current?.apiKey;
  if (current !== undefined && ourKeys(world).includes(current)) widen(world, current);
}

async function widenOthers(world: World): Promise<void> {
  const current = world.monitor.current?.apiKey;
  for (const apiKey of ourKeys(world)) if (apiKey !== current) widen(world, apiKey);
}

function widen({ exchange, monitor }: World, apiKey: string): void {
  monitor.changedByHand.add(apiKey);
  exchange.website.changeKey(apiKey, { ips: [] });
}

async function dropPending(world: World): Promise<void> {
  const pending = world.secrets.inspect(SECRET).labels.get('AWSPENDING');
  if (pending === undefined) return;
  await world.byHand('UpdateSecretVersionStage', {
    SecretId: SECRET,
    VersionStage: 'AWSPENDING',
    RemoveFromVersionId: pending,
  });
}

async function turnOff(world: World): Promise<void> {
  await world.byHand('CancelRotateSecret', { SecretId: SECRET });
}

/** As the CLI does it: the key is put as a pending version, and the operate function accepts it. */
async function replaceManager(world: World): Promise<void> {
  const { exchange, monitor } = world;
  const old = exchange.manager.apiKey;
  const isAlive = monitor.records.some(({ apiKey, deletedAt }) => apiKey === old && deletedAt === null);
  if (!isAlive) return;
  const made = exchange.website.createKey({
    label: 'manager-2',
    permissions: managerPermissions(world),
    ips: ['127.0.0.1'],
  });
  const { apiKey, secret, password } = made;
  const value = JSON.stringify({ apiKey, secret, ...(password ? { password } : {}) });
  world.leaks.noteValue(value);
  const { VersionId } = (await world.byHand('PutSecretValue', {
    SecretId: MANAGER,
    SecretString: value,
    VersionStages: ['AWSPENDING'],
  })) as { VersionId: string };
  await world.operate({ act: 'acceptManager', versionId: VersionId, actor: 'alice' });
  monitor.deletedByHand.add(old);
  exchange.website.deleteKey(old);
}

function managerPermissions({ exchange, monitor }: World): readonly string[] {
  return monitor.records.find(({ apiKey }) => apiKey === exchange.manager.apiKey)?.permissions ?? [];
}
