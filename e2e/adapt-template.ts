import { type Gap, gapOf, nameOf, type TemplateResource } from './gaps.ts';

export interface Template {
  readonly Resources: Readonly<Record<string, TemplateResource>>;
  readonly [section: string]: unknown;
}

export interface Adapted {
  readonly template: Template;
  /** The gaps that were met, each once. */
  readonly met: readonly Gap[];
}

/** Attributes that say when a resource is made and whether it is kept; they hold for whatever stands for it. */
const KEPT = ['Condition', 'DependsOn', 'DeletionPolicy', 'UpdateReplacePolicy', 'Metadata'] as const;
/** Longest time that CloudFormation waits for a bridge, in seconds. */
const BRIDGE_SECONDS = 20;

/**
 * Puts something that the emulator's CloudFormation takes in the place of every gap: a custom resource with the
 * same properties for what is bridged, an empty handle for what is not emulated. Nothing else is changed.
 * @param serviceToken ARN of the function that answers for custom resources
 * @throws Error that names every type that the emulator refuses and nobody has an answer to
 */
export function adaptTemplate(template: Template, refused: readonly string[], serviceToken: string): Adapted {
  const met = new Map<string, Gap>();
  const resources = Object.entries(template.Resources).map(([id, resource]) => {
    const gap = gapOf(resource);
    if (!gap) return [id, resource] as const;
    met.set(nameOf(gap), gap);
    return [id, standIn(resource, gap, serviceToken)] as const;
  });
  const unknown = refused.filter((type) => ![...met.values()].some((gap) => gap.type === type));
  if (unknown.length > 0) {
    throw new Error(`the emulator refuses ${unknown.join(', ')}: answer for it in e2e/gaps.ts`);
  }
  return { template: { ...template, Resources: Object.fromEntries(resources) }, met: [...met.values()] };
}

function standIn(resource: TemplateResource, { answer }: Gap, ServiceToken: string): TemplateResource {
  const kept = Object.fromEntries(
    KEPT.filter((name) => name in resource).map((name) => [name, resource[name]]),
  );
  if (answer === 'not emulated') return { Type: 'AWS::CloudFormation::WaitConditionHandle', ...kept };
  const Properties = { ServiceToken, ServiceTimeout: BRIDGE_SECONDS, ...resource.Properties };
  return { Type: customType(resource.Type), ...kept, Properties };
}

/** `AWS::Events::Archive` as `Custom::AWS-Events-Archive`. */
function customType(type: string): string {
  return `Custom::${type.replaceAll('::', '-')}`;
}

/** The type that a custom resource stands for. */
export function standsFor(customResourceType: string): string {
  return customResourceType.replace(/^Custom::/, '').replaceAll('-', '::');
}
