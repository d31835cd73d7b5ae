import type { QuietAct } from './quiet-acts.ts';
import { keySecretOf } from './set-up.ts';
import { ACCOUNT_ID, MINUTE_MS, roleArn, TREASURY } from './setting.ts';
import type { World } from './world.ts';

/** Amounts that the balance of an account bears for a month. */
const ORDER_SIZES: Readonly<Record<string, string>> = { BTCUSDT: '0.001', ETHUSDT: '0.02', SOLUSDT: '0.5' };

/** The programs of a baseline in a world: what each holds of the key, and what came of it. */
export class Life {
  /** Orders that no key could enter, not even one just read. */
  refused = 0;
  entered = 0;
  readonly #world: World;
  /** Key ID that each process holds. */
  readonly #held = new Map<string, string>();
  /** Since when the program gets nowhere: it waits for its next regular read. */
  #isDown = false;
  /** Programs that never look again. */
  isStuck = false;

  constructor(world: World) {
    this.#world = world;
  }

  /** Time passes until then, and what is due on the way is done. @param quiet what is to come; what is done is taken off */
  async until(atMs: number, quiet: QuietAct[]): Promise<void> {
    const due = quiet.findIndex((act) => act.atMs > atMs);
    for (const act of quiet.splice(0, due === -1 ? quiet.length : due)) {
      await this.#world.until(act.atMs);
      await this.perform(act);
    }
    await this.#world.until(atMs);
  }

  async perform(act: QuietAct): Promise<void> {
    const { exchange } = this.#world;
    switch (act.act) {
      case 'read':
        if (!this.isStuck) await this.#read(act);
        return;
      case 'order':
        return await this.#order(act);
      case 'deposit':
        exchange.website.transfer({ to: exchange.subAccounts[0], coin: act.coin, size: act.amount });
        return;
      case 'transfer': {
        const [from, to] = exchange.subAccounts;
        exchange.website.transfer({ from, to, coin: act.coin, size: act.amount });
        return;
      }
      case 'withdraw':
        exchange.website.withdraw({ coin: act.coin, size: act.amount, toAddress: TREASURY });
        return;
      case 'hiccup':
        return exchange.orderFault({ fault: act.fault, count: act.count });
      case 'outage':
        return this.#breakDown(act.minutes);
      case 'cold-start':
        return this.#world.coldStart();
    }
  }

  /** The key ID that a process holds; a thief has it from there. */
  get held(): string | undefined {
    return [...this.#held.values()].at(-1);
  }

  async #read({
    task,
    address,
  }: Pick<Extract<QuietAct, { act: 'read' }>, 'task' | 'address'>): Promise<void> {
    const name = this.#world.declaration.keys[0]?.name ?? '';
    const caller = {
      arn: `arn:aws:sts::${ACCOUNT_ID}:assumed-role/${name}/${task}`,
      type: 'AssumedRole',
      sourceAddress: address,
      roleArn: roleArn(name),
    } as const;
    const answer = await this.#world.call('GetSecretValue', { SecretId: keySecretOf(this.#world) }, caller);
    const { SecretString = '{}' } = answer as { SecretString?: string };
    this.#held.delete(task);
    this.#held.set(task, (JSON.parse(SecretString) as { apiKey: string }).apiKey);
    this.#isDown = false;
    this.#last = { task, address };
  }

  #last: { task: string; address: string } | undefined;

  /** As promise 1 wants it: a program that is refused reads the secret again and tries once more. */
  async #order({ symbol, side }: Extract<QuietAct, { act: 'order' }>): Promise<void> {
    if (this.#isDown) return;
    if (this.#enter(symbol, side)) return;
    if (this.#last && !this.isStuck) await this.#read(this.#last);
    if (this.#enter(symbol, side)) return;
    this.refused += 1;
    this.#isDown = true;
  }

  #enter(symbol: string, side: string): boolean {
    const apiKey = this.held;
    if (apiKey === undefined) return false;
    try {
      this.#world.exchange.website.order({ apiKey, symbol, side, size: ORDER_SIZES[symbol] ?? '1' });
      this.entered += 1;
      return true;
    } catch {
      return false;
    }
  }

  #breakDown(minutes: number): void {
    const { exchange, clock } = this.#world;
    exchange.orderFault({ fault: 'unavailable' });
    clock.at(clock.nowMs() + minutes * MINUTE_MS, 'the exchange is back', async () =>
      exchange.faults.clear('unavailable'),
    );
  }
}
