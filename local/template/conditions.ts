import { isRecord } from '../json.ts';

type Resolve = (value: unknown) => unknown;
type Operator = (argument: unknown[], holds: (inner: unknown) => boolean, resolve: Resolve) => boolean;

const OPERATORS: Readonly<Record<string, Operator>> = {
  'Fn::Equals': ([left, right], _, resolve) => String(resolve(left)) === String(resolve(right)),
  'Fn::And': (inner, holds) => inner.every(holds),
  'Fn::Or': (inner, holds) => inner.some(holds),
  'Fn::Not': ([inner], holds) => !holds(inner),
};

/** The `Conditions` section of a template, each evaluated when it is first asked for. */
export class Conditions {
  readonly #definitions: Readonly<Record<string, unknown>>;
  readonly #resolve: Resolve;

  constructor(definitions: Readonly<Record<string, unknown>>, resolve: Resolve) {
    this.#definitions = definitions;
    this.#resolve = resolve;
  }

  /** @throws Error for an unknown condition or operator. */
  holds(name: string): boolean {
    if (!(name in this.#definitions)) throw new Error(`the template has no condition '${name}'`);
    return this.#evaluate(this.#definitions[name]);
  }

  #evaluate(condition: unknown): boolean {
    const [entry] = isRecord(condition) ? Object.entries(condition) : [];
    if (!entry) throw new Error(`not a condition: ${JSON.stringify(condition)}`);
    const [name, argument] = entry;
    if (name === 'Condition') return this.holds(String(argument));
    const operator = OPERATORS[name];
    if (!operator || !Array.isArray(argument))
      throw new Error(`the local cloud does not know the condition ${name}`);
    return operator(argument, (inner) => this.#evaluate(inner), this.#resolve);
  }
}
