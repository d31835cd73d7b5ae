// biome-ignore-all lint/suspicious/noTemplateCurlyInString: Fn::Sub has placeholders of its own
import { describe, expect, it } from 'vitest';
import { inDeploymentOrder } from '../../../local/template/order.ts';
import { parseTemplate } from '../../../local/template/template.ts';

function orderOf(resources: Record<string, { properties?: object; dependsOn?: string[] }>): string[] {
  const Resources = Object.fromEntries(
    Object.entries(resources).map(([id, { properties = {}, dependsOn = [] }]) => [
      id,
      { Type: 'T', Properties: properties, DependsOn: dependsOn },
    ]),
  );
  return inDeploymentOrder(parseTemplate({ Resources }).Resources);
}

describe('resources of a template', () => {
  it('stand after all that they refer to, in whatever way', () => {
    const order = orderOf({
      A: { properties: { x: { Ref: 'B' }, y: [{ 'Fn::GetAtt': ['C', 'Arn'] }] } },
      B: { properties: { x: { 'Fn::Sub': '${D.Arn}-${AWS::Region}' } } },
      C: { properties: { x: { 'Fn::Sub': ['${V}', { V: { Ref: 'E' } }] } } },
      D: { dependsOn: ['E'] },
      E: { properties: { x: { 'Fn::GetAtt': 'F.Arn' } } },
      F: {},
    });
    expect(order).toEqual(['F', 'E', 'D', 'B', 'C', 'A']);
  });

  it('keep their order when nothing refers to anything', () => {
    expect(orderOf({ B: {}, A: {} })).toEqual(['B', 'A']);
  });

  it('fail naming the circle when they depend on each other', () => {
    const resources = { A: { dependsOn: ['B'] }, B: { properties: { x: { Ref: 'A' } } } };
    expect(() => orderOf(resources)).toThrow('the resources depend on each other: A -> B -> A');
  });
});
