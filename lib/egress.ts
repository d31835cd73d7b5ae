import { CfnOutput, RemovalPolicy, Stack } from 'aws-cdk-lib';
import {
  CfnEIP,
  FlowLogDestination,
  FlowLogTrafficType,
  IpAddresses,
  type IVpc,
  NatProvider,
  Peer,
  Port,
  SecurityGroup,
  SubnetType,
  Vpc,
} from 'aws-cdk-lib/aws-ec2';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { EgressConfig } from './config/schema.ts';
import { fixLogicalId, KEEP } from './fixed.ts';

/** Where in a network a function runs. */
export interface NetworkPlace {
  readonly subnetIds: readonly string[];
  readonly securityGroupIds: readonly string[];
}

export interface EgressProps {
  readonly egress: EgressConfig;
  readonly encryptionKey: IKey;
  readonly logRetentionDays: number;
}

/** How the functions reach an exchange: from one address that never changes, since allow-lists name it. */
export class Egress extends Construct {
  /** Absent if the functions run outside any VPC, from changing addresses. */
  readonly place: NetworkPlace | undefined;

  constructor(scope: Construct, id: string, props: EgressProps) {
    super(scope, id);
    this.place = this.placeFor(props);
  }

  private placeFor(props: EgressProps): NetworkPlace | undefined {
    switch (props.egress.type) {
      case 'none':
        return undefined;
      case 'existing-vpc':
        if (props.egress.address) this.tellAddress(props.egress.address);
        return props.egress;
      case 'nat-gateway':
        return this.ownNetwork(props);
    }
  }

  /**
   * One zone only: if it fails, rotations wait and keys work on. A second gateway would be a second address
   * on every allow-list and double the cost.
   */
  private ownNetwork(props: EgressProps): NetworkPlace {
    const address = new CfnEIP(this, 'Address', { domain: 'vpc' });
    address.applyRemovalPolicy(KEEP);
    fixLogicalId(address, 'EgressAddressAllocation');
    this.tellAddress(address.attrPublicIp);
    const vpc: IVpc = new Vpc(this, 'Vpc', {
      ipAddresses: IpAddresses.cidr('10.71.0.0/24'),
      maxAzs: 1,
      natGatewayProvider: NatProvider.gateway({ eipAllocationIds: [address.attrAllocationId] }),
      subnetConfiguration: [
        { name: 'Public', subnetType: SubnetType.PUBLIC, cidrMask: 28, mapPublicIpOnLaunch: false },
        { name: 'Private', subnetType: SubnetType.PRIVATE_WITH_EGRESS, cidrMask: 26 },
      ],
      // Would need a function of CDK's own with wide rights. Nothing uses the default group.
      restrictDefaultSecurityGroup: false,
      // The class says `string | undefined` where its interface says `string?`, which is strictly not the same.
    }) as IVpc;
    this.logFlows(vpc, props);
    return {
      subnetIds: vpc.privateSubnets.map((subnet) => subnet.subnetId),
      securityGroupIds: [this.httpsOnly(vpc).securityGroupId],
    };
  }

  private httpsOnly(vpc: IVpc): SecurityGroup {
    const group = new SecurityGroup(this, 'HttpsOnly', {
      vpc,
      description: 'Rekey functions: HTTPS out, nothing in',
      allowAllOutbound: false,
    });
    group.addEgressRule(Peer.anyIpv4(), Port.tcp(443), 'exchanges and AWS');
    return group;
  }

  /** Shows where a function went that should only have gone to an exchange. */
  private logFlows(vpc: IVpc, { encryptionKey, logRetentionDays }: EgressProps): void {
    const logGroup = new LogGroup(this, 'FlowLogGroup', {
      logGroupName: '/aws/vpc/rekey-egress',
      retention: logRetentionDays,
      encryptionKey,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    vpc.addFlowLog('FlowLog', {
      destination: FlowLogDestination.toCloudWatchLogs(logGroup),
      trafficType: FlowLogTrafficType.ALL,
    });
  }

  private tellAddress(value: string): void {
    const output = new CfnOutput(Stack.of(this), 'EgressAddress', {
      value,
      description: 'The address that exchanges must admit for the manager keys',
    });
    output.overrideLogicalId('EgressAddress');
  }
}
