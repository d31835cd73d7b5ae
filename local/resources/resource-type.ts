import type { z } from 'zod';
import type { Services } from '../services.ts';

/** Where a resource stands and what is there already. */
export interface ResourceContext {
  readonly services: Services;
  readonly stackName: string;
  readonly logicalId: string;
  /** What `Ref` gave at the last deployment, if there was one. */
  readonly existing: string | undefined;
  /** The name that CloudFormation would make up, the same at every deployment. */
  generatedName(longest?: number): string;
  /** Folder of an asset, by its key in the asset bucket. */
  assetFolder(objectKey: string): string;
}

/** What other resources can refer to. */
export interface DeployedResource {
  readonly ref: string;
  /** For `Fn::GetAtt`. */
  readonly attributes: Readonly<Record<string, unknown>>;
}

/** How the resources of one type are deployed. */
export interface ResourceType {
  /**
   * Makes the resource, or changes the one that exists.
   * @throws ZodError for a property that is wrong or not known; Error for what AWS would refuse.
   */
  apply(properties: unknown, context: ResourceContext): Promise<DeployedResource>;
  /** Takes the resource away after it left the template. */
  remove?(ref: string, services: Services): Promise<void>;
  /** Exists on paper only: nothing here acts on it. */
  readonly onPaper: boolean;
  /** Its properties may name secrets by reference; it gets their names in place of their values. */
  readonly takesReferences?: boolean;
}

interface Definition<S extends z.ZodType> {
  /** Every property that the type may have; one that is not here is an error. */
  readonly properties: S;
  readonly takesReferences?: boolean;
  apply(properties: z.output<S>, context: ResourceContext): DeployedResource | Promise<DeployedResource>;
  remove?(ref: string, services: Services): void | Promise<void>;
}

/** Resource types by their CloudFormation names. */
export type ResourceTypes = Readonly<Record<string, ResourceType>>;

/** A type whose resources do something here. */
export function effective<S extends z.ZodType>(definition: Definition<S>): ResourceType {
  const { properties, takesReferences = false, apply, remove } = definition;
  return {
    onPaper: false,
    takesReferences,
    apply: async (given, context) => await apply(properties.parse(given), context),
    ...(remove && { remove: async (ref: string, services: Services) => await remove(ref, services) }),
  };
}

/** A type whose resources have names and attributes here, and nothing else. */
export function onPaper(
  describe: (context: ResourceContext, properties: Record<string, unknown>) => DeployedResource,
): ResourceType {
  return {
    onPaper: true,
    apply: async (given, context) => describe(context, given as Record<string, unknown>),
  };
}
