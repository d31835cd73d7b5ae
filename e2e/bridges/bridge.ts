import type { Emulator } from '../emulator.ts';
import type { SecretsFront } from '../secrets-front.ts';

export interface BridgeContext {
  readonly emulator: Emulator;
  readonly secrets: SecretsFront;
}

/** A resource's properties, resolved by CloudFormation, with every number and truth value as text. */
export type Properties = Readonly<Record<string, unknown>>;

/** What was made; the physical id is what `Ref` gives, the attributes are for `Fn::GetAtt`. */
export interface Made {
  readonly physicalId: string;
  readonly attributes?: Readonly<Record<string, string>>;
}

/** Does through an API what the emulator's CloudFormation does not do for one resource type. */
export interface Bridge {
  /** Makes the resource, or with a physical id changes it. */
  apply(context: BridgeContext, properties: Properties, physicalId: string | undefined): Promise<Made>;
  /** Removes it; CloudFormation does not ask for what is to be kept. */
  remove(context: BridgeContext, properties: Properties, physicalId: string): Promise<void>;
}

/** A property that must be text. @throws Error naming it */
export function textOf(properties: Properties, name: string): string {
  const value = properties[name];
  if (typeof value !== 'string') throw new Error(`property ${name} is ${JSON.stringify(value)}, not text`);
  return value;
}

/** Undoes what custom resources do to truth values. */
export function truthOf(properties: Properties, name: string): boolean {
  return properties[name] === 'true' || properties[name] === true;
}
