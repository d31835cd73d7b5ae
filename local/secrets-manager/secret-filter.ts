import type { Filter } from './requests.ts';
import type { Secret } from './secret.ts';

/** Whether a secret passes every filter; within one filter any value will do. */
export function matchesFilters(secret: Secret, filters: readonly Filter[]): boolean {
  return filters.every(({ Key, Values }) => Values.some((value) => matchesValue(secret, Key, value)));
}

/** A value that starts with an exclamation mark asks for the opposite. */
function matchesValue(secret: Secret, key: Filter['Key'], value: string): boolean {
  if (value.startsWith('!')) return !matchesValue(secret, key, value.slice(1));
  switch (key) {
    case 'name':
      return secret.name.startsWith(value);
    case 'description':
      return (secret.description ?? '').toLowerCase().startsWith(value.toLowerCase());
    case 'tag-key':
      return [...secret.tags.keys()].some((tagKey) => tagKey.startsWith(value));
    case 'tag-value':
      return [...secret.tags.values()].some((tagValue) => tagValue.startsWith(value));
    case 'all':
      return matchesAllWords(secret, value);
    // Local secrets have no replicas and no owning service.
    case 'primary-region':
    case 'owning-service':
      return false;
  }
}

function matchesAllWords(secret: Secret, value: string): boolean {
  const attributes = [secret.name, secret.description ?? '', ...secret.tags.keys(), ...secret.tags.values()];
  const text = attributes.join(' ').toLowerCase();
  const words = value.toLowerCase().split(/\s+/).filter(Boolean);
  return words.every((word) => text.includes(word));
}
