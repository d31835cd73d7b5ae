import { createHash } from 'node:crypto';
import { formatArn } from '../arn.ts';
import {
  type DeployedResource,
  onPaper,
  type ResourceContext,
  type ResourceType,
  type ResourceTypes,
} from './resource-type.ts';

/**
 * Types that only have names and attributes here. Networks, for one: the functions' processes run on this
 * machine and reach what it reaches. Encryption and buckets, for another.
 */
export const onPaperTypes: ResourceTypes = {
  'AWS::CDK::Metadata': plain('metadata'),
  'AWS::CloudWatch::AnomalyDetector': plain('detector'),
  'AWS::CloudWatch::Dashboard': onPaper(describeDashboard),
  'AWS::EC2::VPC': network('vpc', (id, { CidrBlock }) => ({ VpcId: id, CidrBlock })),
  'AWS::EC2::Subnet': network('subnet', (id, { AvailabilityZone, VpcId, CidrBlock }) => ({
    SubnetId: id,
    AvailabilityZone,
    VpcId,
    CidrBlock,
  })),
  'AWS::EC2::RouteTable': network('rtb', (id) => ({ RouteTableId: id })),
  'AWS::EC2::Route': plain('route'),
  'AWS::EC2::SubnetRouteTableAssociation': network('rtbassoc', (id) => ({ Id: id })),
  'AWS::EC2::InternetGateway': network('igw', (id) => ({ InternetGatewayId: id })),
  'AWS::EC2::VPCGatewayAttachment': plain('attachment'),
  'AWS::EC2::EIP': onPaper(describeAddress),
  'AWS::EC2::NatGateway': network('nat', (id) => ({ NatGatewayId: id })),
  'AWS::EC2::SecurityGroup': network('sg', (id, { VpcId }) => ({ GroupId: id, VpcId })),
  'AWS::EC2::SecurityGroupEgress': network('sgr', (id) => ({ Id: id })),
  'AWS::EC2::SecurityGroupIngress': network('sgr', (id) => ({ Id: id })),
  'AWS::EC2::FlowLog': network('fl', (id) => ({ Id: id })),
  'AWS::EC2::VPCEndpoint': network('vpce', (id) => ({ Id: id })),
  'AWS::KMS::Key': onPaper(describeKey),
  'AWS::KMS::Alias': onPaper((_, { AliasName }) => ({ ref: String(AliasName), attributes: {} })),
  'AWS::S3::Bucket': onPaper(describeBucket),
  'AWS::S3::BucketPolicy': plain('policy'),
};

/** A resource that nothing refers to by more than a name. */
function plain(word: string): ResourceType {
  return onPaper((context) => ({ ref: `${word}-${digest(context).slice(0, 8)}`, attributes: {} }));
}

/** A resource whose id is a prefix and hexadecimal digits. */
function network(
  prefix: string,
  attributes: (id: string, properties: Record<string, unknown>) => Record<string, unknown>,
): ResourceType {
  return onPaper((context, properties) => {
    const id = `${prefix}-${digest(context).slice(0, 17)}`;
    return { ref: id, attributes: attributes(id, properties) };
  });
}

/** An address out of a block that is set aside for documentation. */
function describeAddress(context: ResourceContext): DeployedResource {
  const id = digest(context);
  const address = `203.0.113.${1 + (Number.parseInt(id.slice(0, 2), 16) % 254)}`;
  return { ref: address, attributes: { PublicIp: address, AllocationId: `eipalloc-${id.slice(0, 17)}` } };
}

function describeKey(context: ResourceContext): DeployedResource {
  const id = digest(context);
  const KeyId = id.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5');
  return { ref: KeyId, attributes: { Arn: formatArn(context.services.place, 'kms', `key/${KeyId}`), KeyId } };
}

/** @throws SyntaxError when the body is not JSON. */
function describeDashboard(context: ResourceContext, properties: Record<string, unknown>): DeployedResource {
  JSON.parse(String(properties.DashboardBody));
  return { ref: String(properties.DashboardName ?? context.generatedName()), attributes: {} };
}

function describeBucket(context: ResourceContext, { BucketName }: Record<string, unknown>): DeployedResource {
  const name = String(BucketName ?? context.generatedName(63).toLowerCase());
  const { region } = context.services.place;
  return {
    ref: name,
    attributes: {
      Arn: `arn:aws:s3:::${name}`,
      DomainName: `${name}.s3.amazonaws.com`,
      RegionalDomainName: `${name}.s3.${region}.amazonaws.com`,
    },
  };
}

/** The same for the same resource at every deployment. */
function digest({ stackName, logicalId, services: { place } }: ResourceContext): string {
  return createHash('sha256').update(`${place.accountId} ${stackName} ${logicalId}`).digest('hex');
}
