import type { FaultName } from './fault-names.ts';
import type { FaultOrder } from './fault-order.ts';
import { InputError } from './input-error.ts';
import type { SeededRandom } from './random.ts';

/** The faults that are on unless hostility is switched off. */
const hostileDefaults = ['reorder', 'extra-fields'] as const satisfies readonly FaultName[];

interface StandingFault {
  readonly order: FaultOrder;
  toPass: number;
  left: number;
}

/** The faults in force. Each order strikes on its own; one request may meet several. */
export class FaultBoard {
  readonly #random: SeededRandom;
  readonly #known: readonly FaultName[];
  /** Whether the hostile defaults are on. */
  hostile: boolean;
  #standing: StandingFault[] = [];

  /** `known` are the faults that make sense at the exchange. */
  constructor(random: SeededRandom, { hostile, known }: { hostile: boolean; known: readonly FaultName[] }) {
    this.#random = random;
    this.#known = known;
    this.hostile = hostile;
  }

  /** The orders still in force, with what is left of their counts. */
  get orders(): FaultOrder[] {
    return this.#standing.map(({ order, left, toPass }) => ({
      ...order,
      ...(order.count === undefined ? {} : { count: left }),
      ...(order.after === undefined ? {} : { after: toPass }),
    }));
  }

  /** Puts an order in force. @throws InputError for a fault that makes no sense at the exchange */
  add(order: FaultOrder): void {
    if (!this.#known.includes(order.fault))
      throw new InputError(
        `"${order.fault}" makes no sense at this exchange, whose faults are: ${this.#known.join(', ')}`,
      );
    const left = order.count ?? Number.POSITIVE_INFINITY;
    this.#standing.push({ order, toPass: order.after ?? 0, left });
  }

  /** Withdraws all orders of one name, or all orders; the hostile defaults stay as they are. */
  clear(name?: FaultName): void {
    this.#standing = this.#standing.filter(({ order }) => name !== undefined && order.fault !== name);
  }

  /** Asks whether a fault strikes this request, and uses up one of its count if so. */
  strike(name: FaultName, route: string | undefined): FaultOrder | undefined {
    if (this.hostile && hostileDefaults.some((hostileDefault) => hostileDefault === name))
      return { fault: name };
    if (this.#standing.length === 0) return undefined;
    const struck = this.#standing.find((fault) => this.#strikes(fault, name, route));
    if (struck === undefined) return undefined;
    struck.left -= 1;
    if (struck.left === 0) this.#standing = this.#standing.filter((fault) => fault !== struck);
    return struck.order;
  }

  /** The sum of all ordered clock skews, in milliseconds. */
  get clockSkewMs(): number {
    return this.#standing
      .filter(({ order }) => order.fault === 'clock-skew')
      .reduce((sum, { order }) => sum + (order.ms ?? 0), 0);
  }

  #strikes(fault: StandingFault, name: FaultName, route: string | undefined): boolean {
    const { order } = fault;
    if (order.fault !== name) return false;
    if (order.route !== undefined && order.route !== route) return false;
    if (fault.toPass > 0) {
      fault.toPass -= 1;
      return false;
    }
    return order.probability === undefined || this.#random.chance(order.probability);
  }
}
