import { namedSecret, operation } from '../operation.ts';
import { tagResourceRequest, untagResourceRequest } from '../requests.ts';
import { withTags } from '../tag-set.ts';

/** @see https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_TagResource.html */
export const tagResource = operation({
  request: tagResourceRequest,
  target: namedSecret,
  tagKeys: ({ Tags }) => Tags.map(({ Key }) => Key),
  answer({ table }, request) {
    const secret = table.getUsable(request.SecretId);
    const tags = withTags(secret.tags, request.Tags);
    table.change(secret, () => {
      secret.tags = tags;
    });
    return {};
  },
});

/** Keys that are not there are ignored. @see https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_UntagResource.html */
export const untagResource = operation({
  request: untagResourceRequest,
  target: namedSecret,
  tagKeys: ({ TagKeys }) => TagKeys,
  answer({ table }, request) {
    const secret = table.getUsable(request.SecretId);
    table.change(secret, () => {
      for (const key of request.TagKeys) secret.tags.delete(key);
    });
    return {};
  },
});
