import { secretName } from '../contract.ts';
import type { KeyDeclaration } from '../declaration.ts';
import { type Order, recordOrder } from './operations.ts';
import type { SecretState, SecretStore } from './ports.ts';
import { findStop, frozenLabel } from './staging.ts';
import type { StopPorts } from './stop.ts';

/**
 * A sub-account all of whose keys are stopped is frozen, where that is declared and the exchange can. One that is
 * frozen already was frozen by somebody else, who will unfreeze it. @returns those that were frozen
 */
export async function freezeStopped(order: Omit<Order, 'key'>, ports: StopPorts): Promise<string[]> {
  const { setFrozen, activity } = ports.exchange;
  if (!setFrozen) return [];
  const frozen: string[] = [];
  for (const [subAccount, keys] of bySubAccount(order.declaration.keys)) {
    if (!keys.some(({ freezeOnStop }) => freezeOnStop)) continue;
    const names = keys.map(({ name }) => secretName(order.declaration.account, name));
    const stops = await findStops(names, ports.store);
    if (!stops || (await activity.listFrozen?.())?.includes(subAccount)) continue;
    await setFrozen(subAccount, true);
    frozen.push(subAccount);
    for (const { arn, versionId } of stops)
      await ports.store.attachLabel(arn, frozenLabel(versionId), versionId);
    await recordOrder({ ...order, key: undefined }, ports, {
      ...({ event: 'SubAccountFrozen', subAccount, reason: 'Stopped' } as const),
      message: `sub-account ${subAccount} is frozen, as all its keys are stopped`,
    });
  }
  return frozen;
}

interface StoppedSecret {
  readonly arn: string;
  readonly versionId: string;
}

/** What marks these secrets as stopped; undefined unless all of them are. */
async function findStops(names: readonly string[], store: SecretStore): Promise<StoppedSecret[] | undefined> {
  const stops: StoppedSecret[] = [];
  for (const name of names) {
    const secret = await store.describe(name);
    const stop = findStop(secret);
    if (!stop) return undefined;
    stops.push({ arn: secret.arn, versionId: stop.versionId });
  }
  return stops;
}

function bySubAccount(keys: readonly KeyDeclaration[]): Map<string, KeyDeclaration[]> {
  const groups = new Map<string, KeyDeclaration[]>();
  for (const key of keys) groups.set(key.subAccount, [...(groups.get(key.subAccount) ?? []), key]);
  return groups;
}

/** Only what was frozen with the stop: who else has frozen it has reasons of his own. */
export async function unfreeze(
  { order, state, subAccount }: { order: Order; state: SecretState; subAccount: string },
  ports: StopPorts,
  versionId: string,
): Promise<void> {
  const label = frozenLabel(versionId);
  if (!state.versions.get(versionId)?.includes(label)) return;
  await ports.exchange.setFrozen?.(subAccount, false);
  await recordOrder({ ...order, key: undefined }, ports, {
    ...({ event: 'SubAccountUnfrozen', subAccount, reason: 'Resumed' } as const),
    message: `sub-account ${subAccount} may trade again`,
  });
  await ports.store.removeLabel(state.arn, label, versionId);
}
