import { isDeepStrictEqual } from 'node:util';
import type { Template } from './adapt-template.ts';

/**
 * Types that hold what cannot be made again, with the properties whose change makes CloudFormation replace the
 * resource ("Update requires: Replacement").
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/ (2026-11)
 */
const IRREPLACEABLE: Readonly<Record<string, readonly string[]>> = {
  'AWS::SecretsManager::Secret': ['Name'],
  'AWS::KMS::Key': ['KeySpec', 'KeyUsage', 'MultiRegion', 'Origin'],
  'AWS::Events::EventBus': ['Name'],
  'AWS::Events::Archive': ['ArchiveName', 'SourceArn'],
  'AWS::S3::Bucket': ['BucketName', 'ObjectLockEnabled'],
  'AWS::Logs::LogGroup': ['LogGroupName'],
  'AWS::EC2::EIP': ['Domain', 'NetworkBorderGroup', 'TransferAddress', 'Address', 'IpamPoolId'],
};

/** What an update from one template to another would delete, replace or no longer keep; a line for each. */
export function findLosses(before: Template, after: Template): string[] {
  return Object.entries(before.Resources).flatMap(([id, old]) => {
    const replacing = IRREPLACEABLE[old.Type];
    if (!replacing) return [];
    const what = `${old.Type} ${id}`;
    const next = after.Resources[id];
    if (next?.Type !== old.Type) return [`${what} is gone`];
    const differs = (name: string) => !isDeepStrictEqual(old.Properties?.[name], next.Properties?.[name]);
    const changed = replacing.filter(differs);
    return [
      ...(changed.length > 0 ? [`${what} is replaced: ${changed.join(', ')}`] : []),
      ...(isKept(old) && !isKept(next) ? [`${what} is no longer kept`] : []),
    ];
  });
}

function isKept({ DeletionPolicy, UpdateReplacePolicy }: Template['Resources'][string]): boolean {
  return String(DeletionPolicy).startsWith('Retain') && UpdateReplacePolicy === 'Retain';
}
