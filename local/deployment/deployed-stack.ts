import type { Assembly, AssemblyStack } from '../assembly/manifest.ts';
import { RESOURCE_TYPES } from '../resources/catalog.ts';
import type { DeployedResource, ResourceContext, ResourceType } from '../resources/resource-type.ts';
import type { Services } from '../services.ts';
import type { Scope } from '../template/intrinsics.ts';
import { inDeploymentOrder } from '../template/order.ts';
import { NO_VALUE, resolveValue } from '../template/resolve.ts';
import { parseTemplate, type ResourceDefinition, type Template } from '../template/template.ts';
import { DeploymentError } from './deployment-error.ts';
import { generatedName } from './generated-name.ts';
import { stackScope } from './stack-scope.ts';

/** A resource as it was last deployed. */
interface ResourceRecord extends DeployedResource {
  readonly definition: ResourceDefinition;
  /** The resolved properties as JSON: an unchanged resource is left alone. */
  readonly properties: string;
}

/** What all stacks of a cloud share. */
interface StackPlace {
  readonly services: Services;
  /** Outputs by export name. */
  readonly exports: Map<string, unknown>;
}

/** One stack with all that was deployed of it. */
export class DeployedStack {
  readonly name: string;
  readonly #place: StackPlace;
  readonly #resources = new Map<string, ResourceRecord>();
  #outputs: Readonly<Record<string, unknown>> = {};

  constructor(name: string, place: StackPlace) {
    this.name = name;
    this.#place = place;
  }

  get outputs(): Readonly<Record<string, unknown>> {
    return this.#outputs;
  }

  get resources(): { logicalId: string; type: string; ref: string }[] {
    return [...this.#resources].map(([logicalId, { definition, ref }]) => ({
      logicalId,
      type: definition.Type,
      ref,
    }));
  }

  /** @throws DeploymentError */
  async deploy(template: Template, assembly: Assembly): Promise<void> {
    const { services, exports } = this.#place;
    const deployed = new Map<string, DeployedResource>();
    const scope = stackScope({ place: services.place, stackName: this.name, template, deployed, exports });
    for (const logicalId of this.#inOrder(template)) {
      const definition = template.Resources[logicalId] as ResourceDefinition;
      try {
        if (definition.Condition !== undefined && !scope.condition(definition.Condition)) continue;
        deployed.set(logicalId, await this.#put(logicalId, definition, { scope, assembly }));
      } catch (error) {
        throw new DeploymentError({ stackName: this.name, logicalId, type: definition.Type }, error);
      }
    }
    await this.removeBut(new Set(deployed.keys()));
    this.#outputs = this.#readOutputs(template, scope);
  }

  /** Takes away, last made first, what is no longer in the template, unless it is to be retained. */
  async removeBut(kept: ReadonlySet<string>): Promise<void> {
    for (const [logicalId, record] of [...this.#resources].reverse()) {
      if (kept.has(logicalId)) continue;
      this.#resources.delete(logicalId);
      if (!record.definition.DeletionPolicy.startsWith('Retain')) await this.#remove(record);
    }
  }

  async #put(
    logicalId: string,
    definition: ResourceDefinition,
    { scope, assembly }: { scope: Scope; assembly: Assembly },
  ): Promise<ResourceRecord> {
    const type = RESOURCE_TYPES[definition.Type] as ResourceType;
    const secret = (name: string) => `(the secret ${name})`;
    const resolved = resolveValue(definition.Properties, type.takesReferences ? { ...scope, secret } : scope);
    const properties = JSON.stringify(resolved);
    const before = this.#resources.get(logicalId);
    const sameType = before?.definition.Type === definition.Type;
    if (before && sameType && before.properties === properties) return before;
    const context = this.#context(logicalId, sameType ? before?.ref : undefined, assembly);
    const record = { ...(await type.apply(resolved, context)), definition, properties };
    this.#resources.set(logicalId, record);
    if (before && (!sameType || before.ref !== record.ref)) await this.#replaced(before);
    return record;
  }

  async #replaced(before: ResourceRecord): Promise<void> {
    if (before.definition.UpdateReplacePolicy !== 'Retain') await this.#remove(before);
  }

  async #remove({ ref, definition }: ResourceRecord): Promise<void> {
    await RESOURCE_TYPES[definition.Type]?.remove?.(ref, this.#place.services);
  }

  #context(logicalId: string, existing: string | undefined, assembly: Assembly): ResourceContext {
    return {
      services: this.#place.services,
      stackName: this.name,
      logicalId,
      existing,
      generatedName: (longest) => generatedName(this.name, logicalId, longest),
      assetFolder: (objectKey) => assetFolder(assembly, objectKey),
    };
  }

  #inOrder({ Resources }: Template): string[] {
    try {
      return inDeploymentOrder(Resources);
    } catch (error) {
      throw new DeploymentError({ stackName: this.name }, error);
    }
  }

  #readOutputs({ Outputs }: Template, scope: Scope): Record<string, unknown> {
    const outputs: Record<string, unknown> = {};
    for (const [name, { Value, Condition, Export }] of Object.entries(Outputs)) {
      try {
        if (Condition !== undefined && !scope.condition(Condition)) continue;
        const value = resolveValue(Value, scope);
        if (value === NO_VALUE) continue;
        outputs[name] = value;
        if (Export) this.#place.exports.set(String(resolveValue(Export.Name, scope)), value);
      } catch (error) {
        throw new DeploymentError({ stackName: this.name, logicalId: name, type: 'output' }, error);
      }
    }
    return outputs;
  }
}

/** @throws DeploymentError for a template that is not understood or has a resource type that is not known. */
export function readTemplate({ stackName, template }: AssemblyStack): Template {
  try {
    const parsed = parseTemplate(template);
    for (const [logicalId, { Type: type }] of Object.entries(parsed.Resources)) {
      if (Object.hasOwn(RESOURCE_TYPES, type)) continue;
      throw new Error(`the local cloud does not know the resource type ${type} (${logicalId})`);
    }
    return parsed;
  } catch (error) {
    throw new DeploymentError({ stackName }, error);
  }
}

function assetFolder({ assets }: Assembly, objectKey: string): string {
  const asset = assets.find((one) => one.objectKey === objectKey);
  if (!asset) throw new Error(`the assembly has no asset with the key ${objectKey}`);
  if (asset.packaging === 'zip') return asset.path;
  throw new Error(`the local cloud runs code from folders, and the asset ${objectKey} is a single file`);
}
