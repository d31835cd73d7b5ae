import { type Bridge, type Made, textOf } from './bridge.ts';

/** An elastic IP address. `Ref` gives the address itself. */
export const address: Bridge = {
  async apply({ emulator }, properties, physicalId) {
    if (physicalId !== undefined) throw new Error('an address is never changed in place');
    const answer = await emulator.query('ec2', {
      Action: 'AllocateAddress',
      Domain: textOf(properties, 'Domain'),
    });
    const PublicIp = elementOf(answer, 'publicIp');
    return {
      physicalId: PublicIp,
      attributes: { PublicIp, AllocationId: elementOf(answer, 'allocationId') },
    };
  },
  async remove({ emulator }, _properties, PublicIp) {
    await emulator.query('ec2', { Action: 'ReleaseAddress', PublicIp });
  },
};

export const natGateway: Bridge = {
  async apply({ emulator }, properties, physicalId) {
    const answer = await emulator.query('ec2', {
      Action: 'CreateNatGateway',
      AllocationId: textOf(properties, 'AllocationId'),
      SubnetId: textOf(properties, 'SubnetId'),
    });
    return made(answer, 'natGatewayId', physicalId);
  },
  async remove({ emulator }, _properties, NatGatewayId) {
    await emulator.query('ec2', { Action: 'DeleteNatGateway', NatGatewayId });
  },
};

export const flowLog: Bridge = {
  async apply({ emulator }, properties, physicalId) {
    const answer = await emulator.query('ec2', {
      Action: 'CreateFlowLogs',
      'ResourceId.1': textOf(properties, 'ResourceId'),
      ResourceType: textOf(properties, 'ResourceType'),
      TrafficType: textOf(properties, 'TrafficType'),
      LogDestinationType: textOf(properties, 'LogDestinationType'),
      LogGroupName: textOf(properties, 'LogGroupName'),
      DeliverLogsPermissionArn: textOf(properties, 'DeliverLogsPermissionArn'),
    });
    return made(answer, 'item', physicalId);
  },
  async remove({ emulator }, _properties, id) {
    await emulator.query('ec2', { Action: 'DeleteFlowLogs', 'FlowLogId.1': id });
  },
};

/** Nothing in the app changes these in place, so a bridge for it would never run. */
function made(answer: string, element: string, physicalId: string | undefined): Made {
  if (physicalId !== undefined) throw new Error('is never changed in place');
  return { physicalId: elementOf(answer, element) };
}

function elementOf(xml: string, name: string): string {
  const value = new RegExp(`<${name}>([^<]+)</${name}>`).exec(xml)?.[1];
  if (value === undefined) throw new Error(`the answer has no ${name}: ${xml.slice(0, 500)}`);
  return value;
}
