import { describe, expect, it } from 'vitest';
import { parseEventPattern } from '../../../local/events/event-pattern.ts';

const event = {
  source: 'aws.secretsmanager',
  'detail-type': 'AWS API Call via CloudTrail',
  detail: {
    eventName: 'GetSecretValue',
    requestParameters: { secretId: 'rekey/main/bot' },
    sourceIPAddress: '10.1.2.3',
    count: 5,
    ratio: -0.5,
    readOnly: true,
    responseElements: null,
    empty: '',
    emptyList: [],
    tags: ['one', 'two'],
    items: [
      { id: 'a', size: 1 },
      { id: 'b', size: 9 },
    ],
    path: 'folder/file.txt',
    star: 'a*b',
    address6: '2001:db8::1',
  },
};

const matching: [string, object][] = [
  ['an exact text', { source: ['aws.secretsmanager'] }],
  ['one of several texts', { source: ['x', 'aws.secretsmanager'] }],
  ['several fields', { source: ['aws.secretsmanager'], detail: { eventName: ['GetSecretValue'] } }],
  ['a nested field', { detail: { requestParameters: { secretId: ['rekey/main/bot'] } } }],
  ['a number', { detail: { count: [5] } }],
  ['a truth value', { detail: { readOnly: [true] } }],
  ['null', { detail: { responseElements: [null] } }],
  ['an empty text', { detail: { empty: [''] } }],
  ['an element of a list', { detail: { tags: ['two'] } }],
  ['one object of a list', { detail: { items: { id: ['b'], size: [9] } } }],
  ['a prefix', { detail: { requestParameters: { secretId: [{ prefix: 'rekey/' }] } } }],
  ['an empty prefix', { source: [{ prefix: '' }] }],
  ['a prefix in any letters', { detail: { eventName: [{ prefix: { 'equals-ignore-case': 'getsecret' } }] } }],
  ['a suffix', { detail: { path: [{ suffix: '.txt' }] } }],
  ['a suffix in any letters', { detail: { path: [{ suffix: { 'equals-ignore-case': '.TXT' } }] } }],
  ['a text in any letters', { detail: { eventName: [{ 'equals-ignore-case': 'GETsecretVALUE' }] } }],
  ['a wildcard', { detail: { path: [{ wildcard: 'fold*/*.txt' }] } }],
  ['an escaped star', { detail: { star: [{ wildcard: 'a\\*b' }] } }],
  ['anything but a text', { detail: { eventName: [{ 'anything-but': 'PutSecretValue' }] } }],
  ['anything but several texts', { detail: { eventName: [{ 'anything-but': ['a', 'b'] }] } }],
  ['anything but a number', { detail: { count: [{ 'anything-but': [4] }] } }],
  ['anything but a prefix', { detail: { eventName: [{ 'anything-but': { prefix: 'Put' } }] } }],
  ['anything but several suffixes', { detail: { path: [{ 'anything-but': { suffix: ['.js', '.ts'] } }] } }],
  ['anything but a wildcard', { detail: { path: [{ 'anything-but': { wildcard: '*.js' } }] } }],
  [
    'anything but a text in any letters',
    { detail: { eventName: [{ 'anything-but': { 'equals-ignore-case': 'x' } }] } },
  ],
  ['anything but one of a list that has another', { detail: { tags: [{ 'anything-but': 'one' }] } }],
  ['an equal number', { detail: { count: [{ numeric: ['=', 5] }] } }],
  ['a range', { detail: { count: [{ numeric: ['>', 0, '<=', 5] }] } }],
  ['a number below', { detail: { ratio: [{ numeric: ['<', 0] }] } }],
  ['an address in a block', { detail: { sourceIPAddress: [{ cidr: '10.0.0.0/8' }] } }],
  ['an IPv6 address in a block', { detail: { address6: [{ cidr: '2001:db8::/32' }] } }],
  ['a field that exists', { detail: { eventName: [{ exists: true }] } }],
  ['a null that exists', { detail: { responseElements: [{ exists: true }] } }],
  ['a field that does not exist', { detail: { errorCode: [{ exists: false }] } }],
  ['a nested field that does not exist', { detail: { none: { deeper: [{ exists: false }] } } }],
  ['an empty list as absent', { detail: { emptyList: [{ exists: false }] } }],
  ['absent or a value', { detail: { errorCode: [{ exists: false }, 'x'] } }],
  ['one of two alternatives', { detail: { $or: [{ eventName: ['x'] }, { count: [5] }] } }],
  [
    'alternatives beside fields',
    { source: [{ prefix: 'aws.' }], $or: [{ source: ['x'] }, { detail: { readOnly: [true] } }] },
  ],
];

const different: [string, object][] = [
  ['another text', { source: ['rekey'] }],
  ['one of two fields only', { source: ['aws.secretsmanager'], detail: { eventName: ['x'] } }],
  ['a number as text', { detail: { count: ['5'] } }],
  ['null for an empty text', { detail: { empty: [null] } }],
  ['null for an absent field', { detail: { errorCode: [null] } }],
  ['fields of different objects of a list', { detail: { items: { id: ['a'], size: [9] } } }],
  ['a prefix in other letters', { detail: { eventName: [{ prefix: 'get' }] } }],
  ['a suffix elsewhere', { detail: { path: [{ suffix: 'folder' }] } }],
  ['a wildcard that covers less', { detail: { path: [{ wildcard: 'fold*.js' }] } }],
  ['an escaped star for any text', { detail: { path: [{ wildcard: 'folder\\*txt' }] } }],
  ['anything but the value', { detail: { eventName: [{ 'anything-but': 'GetSecretValue' }] } }],
  ['anything but, for an absent field', { detail: { errorCode: [{ 'anything-but': 'x' }] } }],
  ['anything but the prefix', { detail: { eventName: [{ 'anything-but': { prefix: 'Get' } }] } }],
  ['anything but the wildcard', { detail: { path: [{ 'anything-but': { wildcard: 'folder/*' } }] } }],
  ['a range beside', { detail: { count: [{ numeric: ['>', 5, '<', 9] }] } }],
  ['a numeric test of a text', { detail: { eventName: [{ numeric: ['>', 0] }] } }],
  ['an address outside the block', { detail: { sourceIPAddress: [{ cidr: '192.168.0.0/16' }] } }],
  ['a text that is no address', { detail: { eventName: [{ cidr: '0.0.0.0/0' }] } }],
  ['a field that exists, as absent', { detail: { eventName: [{ exists: false }] } }],
  ['an object as a value', { detail: { requestParameters: [{ exists: true }] } }],
  ['neither alternative', { detail: { $or: [{ eventName: ['x'] }, { count: [6] }] } }],
];

const refused: [string, object, string][] = [
  ['an empty pattern', {}, 'must be a non-empty object'],
  ['a plain value', { source: 'x' }, 'must be a non-empty object'],
  ['an empty list', { source: [] }, 'the event pattern.source needs at least one value'],
  ['an unknown operator', { source: [{ like: 'x' }] }, "no operator 'like'"],
  ['two operators in one', { source: [{ prefix: 'a', suffix: 'b' }] }, 'a pattern cannot hold'],
  ['consecutive stars', { source: [{ wildcard: 'a**b' }] }, 'consecutive stars'],
  ['an invalid escape', { source: [{ wildcard: 'a\\b' }] }, 'invalid escape'],
  ['half a range', { source: [{ numeric: ['>'] }] }, 'numeric needs an operator and a number'],
  ['a range upside down', { source: [{ numeric: ['>', 5, '<', 1] }] }, 'a numeric range needs'],
  ['a number too large', { source: [{ numeric: ['<', 6e9] }] }, 'numeric compares numbers'],
  ['no address block', { source: [{ cidr: '10.0.0' }] }, 'is not an address block'],
  ['exists with a text', { source: [{ exists: 'yes' }] }, 'exists needs true or false'],
  ['a single alternative', { $or: [{ source: ['x'] }] }, '$or needs two or more patterns'],
  ['more than 2048 characters', { source: ['x'.repeat(2100)] }, 'EventBridge takes 2048'],
];

describe('an event pattern', () => {
  it.each(matching)('matches %s', (_, pattern) => {
    expect(parseEventPattern(pattern).matches(event)).toBe(true);
  });

  it.each(different)('does not match %s', (_, pattern) => {
    expect(parseEventPattern(pattern).matches(event)).toBe(false);
  });

  it.each(refused)('is refused with %s', (_, pattern, message) => {
    expect(() => parseEventPattern(pattern)).toThrow(message);
  });
});
