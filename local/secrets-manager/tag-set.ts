import { invalidParameter } from './service-error.ts';

/** @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_limits.html */
const MAX_TAGS = 50;

/** Tags with others added or replaced. @throws ServiceError InvalidParameterException above 50 or for `aws:` keys. */
export function withTags(
  tags: ReadonlyMap<string, string>,
  added: readonly { Key: string; Value: string }[],
): Map<string, string> {
  if (added.some(({ Key }) => Key.toLowerCase().startsWith('aws:'))) {
    throw invalidParameter('Tag keys that start with aws: are reserved.');
  }
  const all = new Map([...tags, ...added.map(({ Key, Value }): [string, string] => [Key, Value])]);
  if (all.size > MAX_TAGS) throw invalidParameter(`A secret can have at most ${MAX_TAGS} tags.`);
  return all;
}
