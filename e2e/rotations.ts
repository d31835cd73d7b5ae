import type { TableKey, World } from './world.ts';

const KEY = 'demo/grid-bot';
const SECRET = 'rekey/demo/grid-bot';

/** A person puts the manager key in; the deployed function checks it at the exchange. */
export async function putManagerKey(world: World): Promise<string> {
  return await world.rekey(['manager', 'put', 'demo'], JSON.stringify(world.simulator.manager));
}

/** A rotation through the deployed functions, watched at the exchange. @returns the new key */
export async function rotate(world: World, ...options: readonly string[]): Promise<TableKey> {
  const before = new Set((await world.liveKeys()).map(({ apiKey }) => apiKey));
  const current = await currentVersion(world);
  await world.rekey(['rotate', ...options, KEY]);
  await world.until('a new version is current', async () => (await currentVersion(world)) !== current);
  await world.secrets.settled();
  const made = (await world.liveKeys()).filter(({ apiKey }) => !before.has(apiKey));
  const [key] = made;
  if (key === undefined || made.length > 1)
    throw new Error(`the exchange made ${made.length} keys in one rotation`);
  return key;
}

/** Has the deployed reconcile function look, until the exchange no longer lists a key. */
export async function untilRevoked(world: World, key: TableKey): Promise<void> {
  const isDead = async () => !(await world.liveKeys()).some(({ apiKey }) => apiKey === key.apiKey);
  const seen = async () => {
    if (await isDead()) return true;
    await world.secrets.invoke('rekey-demo-reconcile', {});
    return await isDead();
  };
  await world.until(`key ${key.apiKey} is revoked`, seen);
}

/** Names of the audit events that the deployed rule let through to the audit log, as the CLI reads them. */
export async function auditedEvents(world: World): Promise<string[]> {
  const lines = (await world.rekey(['audit', '--json'])).split('\n').filter(Boolean);
  return lines.map((line) => {
    const {
      source,
      'detail-type': type,
      detail,
    } = JSON.parse(line) as {
      source: string;
      'detail-type': string;
      detail: { eventName?: string };
    };
    return source === 'rekey' ? type : `${source} ${detail.eventName ?? type}`;
  });
}

async function currentVersion({ secrets }: World): Promise<string | undefined> {
  const { VersionIdsToStages: stages = {} } = await secrets.call('DescribeSecret', { SecretId: SECRET });
  const found = Object.entries(stages as Record<string, string[]>).find(([, labels]) =>
    labels.includes('AWSCURRENT'),
  );
  return found?.[0];
}
