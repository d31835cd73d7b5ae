import type { Planned } from './acts.ts';
import type { Life } from './life.ts';
import { ENGINEER, keySecretOf } from './set-up.ts';
import { ACCOUNT_ID, roleArn } from './setting.ts';
import type { Step } from './trace.ts';
import type { World } from './world.ts';

/** How the exchanges call the right to withdraw. */
const WITHDRAWAL = { bitget: 'withdraw', binance: 'enableWithdrawals' } as const;
const TRADING = { bitget: ['uta_trade'], binance: ['canTrade'] } as const;

/** One act, when it happens, and whether the world let it happen. */
export interface Deed {
  readonly atMs: number;
  readonly step: Step;
  readonly done: boolean;
}

/** Whoever causes an incident, in a world. */
export class Attack {
  readonly deeds: Deed[] = [];
  readonly #world: World;
  readonly #life: Life;
  /** What the thief carried away when it began: a key ID. */
  readonly #stolen: string | undefined;
  #own: string | undefined;

  constructor(world: World, life: Life) {
    this.#world = world;
    this.#life = life;
    this.#stolen = life.held ?? currentKey(world);
  }

  async perform({ step }: Planned): Promise<void> {
    const atMs = this.#world.clock.nowMs();
    let done = true;
    try {
      await this.#act(step);
    } catch {
      done = false; // the exchange or IAM has said no
    }
    this.deeds.push({ atMs, step, done });
  }

  /** Key IDs that the attacker could use. */
  get keys(): string[] {
    return [this.#own, this.deeds.some(({ step }) => usesStolen(step)) ? this.#stolen : undefined].filter(
      (key) => key !== undefined,
    );
  }

  async #act(step: Step): Promise<unknown> {
    const { website, subAccounts } = this.#world.exchange;
    const [victim, , elsewhere] = subAccounts;
    switch (step.act) {
      case 'order':
        return this.#order(step);
      case 'make-key': {
        const key = website.createKey({ subAccount: victim, label: 'api 1', ...this.#rights(step.may) });
        this.#own = key.apiKey;
        return key;
      }
      case 'withdraw':
        if (step.by === 'stolen-key') this.#requireWithdrawal();
        return website.withdraw({ coin: step.coin, size: step.amount, toAddress: step.to });
      case 'transfer':
        return website.transfer({ from: victim, to: elsewhere, coin: step.coin, size: step.amount });
      case 'freeze':
        return website.freeze({ subAccount: victim, frozen: true });
      case 'read':
        return await this.#read(step);
      case 'rotate':
        return await this.#world.call('RotateSecret', { SecretId: keySecretOf(this.#world) }, ENGINEER);
      case 'readers-stuck':
        this.#life.isStuck = true;
        return;
      default:
        return this.#changeKeys(step);
    }
  }

  #changeKeys(step: Extract<Step, { act: 'widen-key' | 'drop-rights' | 'delete-keys' }>): unknown {
    const { exchange } = this.#world;
    const living = exchange.keys.filter(
      ({ deletedAt, subAccount }) => deletedAt === null && subAccount === exchange.subAccounts[0],
    );
    if (step.act === 'delete-keys') return living.map(({ apiKey }) => exchange.website.deleteKey(apiKey));
    const current = living.find(({ apiKey }) => apiKey === this.#stolen);
    if (!current) throw new Error('no key to change');
    if (step.act === 'drop-rights')
      return exchange.website.changeKey(current.apiKey, { mayWrite: false, ...this.#none() });
    const change =
      step.to === 'any-address'
        ? { ips: [] }
        : { permissions: [...current.permissions, WITHDRAWAL[exchange.exchange]] };
    return exchange.website.changeKey(current.apiKey, change);
  }

  #none(): object {
    return this.#world.exchange.exchange === 'binance' ? { permissions: [] } : {};
  }

  #rights(may: 'read' | 'trade' | 'withdraw'): object {
    const { exchange } = this.#world.exchange;
    const trading = [...TRADING[exchange]];
    if (may === 'read') return exchange === 'binance' ? { permissions: [] } : { mayWrite: false };
    return { permissions: may === 'trade' ? trading : [...trading, WITHDRAWAL[exchange]] };
  }

  #order({ by, symbol, side, size }: Extract<Step, { act: 'order' }>): unknown {
    const { website, subAccounts } = this.#world.exchange;
    const apiKey = by === 'own-key' ? this.#own : this.#stolen;
    if (by === 'website') return website.order({ subAccount: subAccounts[0], symbol, side, size });
    if (apiKey === undefined) throw new Error('there is no such key');
    return website.order({ apiKey, symbol, side, size });
  }

  /** The exchange lets a key withdraw only if it lives and has the right to. */
  #requireWithdrawal(): void {
    const { exchange } = this.#world;
    const key = exchange.keys.find(({ apiKey }) => apiKey === this.#stolen);
    if (key?.deletedAt !== null || !key.permissions.includes(WITHDRAWAL[exchange.exchange]))
      throw new Error('the key may not withdraw');
  }

  async #read({ role, from, denied }: Extract<Step, { act: 'read' }>): Promise<unknown> {
    const name = role === 'the-reader' ? (this.#world.declaration.keys[0]?.name ?? '') : role;
    if (denied === true) this.#world.keptOut.add(name);
    const caller = {
      arn: `arn:aws:sts::${ACCOUNT_ID}:assumed-role/${name}/session`,
      type: 'AssumedRole',
      sourceAddress: from,
      roleArn: roleArn(name),
    } as const;
    return await this.#world.call('GetSecretValue', { SecretId: keySecretOf(this.#world) }, caller);
  }
}

/** The key in use; an account without a program that runs has one all the same. */
function currentKey({ exchange }: World): string | undefined {
  const [victim] = exchange.subAccounts;
  return exchange.keys.findLast(
    ({ deletedAt, subAccount, madeBy }) => deletedAt === null && subAccount === victim && madeBy === 'api',
  )?.apiKey;
}

function usesStolen(step: Step): boolean {
  return ('by' in step && step.by === 'stolen-key') || step.act === 'widen-key';
}
