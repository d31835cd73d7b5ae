import type { Assembly } from '../assembly/manifest.ts';
import { RESOURCE_TYPES } from '../resources/catalog.ts';
import type { Services } from '../services.ts';
import { DeployedStack, readTemplate } from './deployed-stack.ts';

/** One resource of a deployed app. */
interface ResourceSummary {
  readonly stackName: string;
  readonly logicalId: string;
  readonly type: string;
  /** What `Ref` gives. */
  readonly ref: string;
}

/** What a deployment made of an app. */
export interface Deployment {
  readonly stacks: readonly { readonly name: string; readonly outputs: Readonly<Record<string, unknown>> }[];
  readonly resources: readonly ResourceSummary[];
  /** Resources that have no effect here. */
  readonly onPaper: readonly ResourceSummary[];
}

/** Puts synthesised apps into effect, again and again: what changed is changed, what left the app goes. */
export class Deployments {
  readonly #services: Services;
  readonly #stacks = new Map<string, DeployedStack>();
  readonly #exports = new Map<string, unknown>();

  constructor(services: Services) {
    this.#services = services;
  }

  /**
   * Deploys every stack of an app in the order of their dependencies. Secrets that exist keep their values.
   *
   * There is no rollback: after an error the cloud is as far as the deployment came. A resource type that is not
   * known fails before anything is made.
   * @throws DeploymentError naming stack, resource and reason.
   */
  async deploy(assembly: Assembly): Promise<Deployment> {
    const templates = assembly.stacks.map((stack) => [stack.stackName, readTemplate(stack)] as const);
    for (const [name, template] of templates) await this.#stack(name).deploy(template, assembly);
    const kept = new Set(templates.map(([name]) => name));
    for (const stack of [...this.#stacks.values()].reverse())
      if (!kept.has(stack.name)) await this.#remove(stack);
    return this.#summary();
  }

  #stack(name: string): DeployedStack {
    const stack =
      this.#stacks.get(name) ?? new DeployedStack(name, { services: this.#services, exports: this.#exports });
    this.#stacks.set(name, stack);
    return stack;
  }

  async #remove(stack: DeployedStack): Promise<void> {
    await stack.removeBut(new Set());
    this.#stacks.delete(stack.name);
  }

  #summary(): Deployment {
    const stacks = [...this.#stacks.values()];
    const resources = stacks.flatMap(({ name, resources: ofStack }) =>
      ofStack.map((one) => ({ stackName: name, ...one })),
    );
    return {
      stacks: stacks.map(({ name, outputs }) => ({ name, outputs })),
      resources,
      onPaper: resources.filter(({ type }) => RESOURCE_TYPES[type]?.onPaper),
    };
  }
}
