import { describe, expect, it } from 'vitest';
import { makeEvent } from '../../../local/events/event.ts';
import { parseTargetInput } from '../../../local/events/target-input.ts';

const rule = { name: 'tell', arn: 'arn:aws:events:eu-west-1:111122223333:rule/tell' };
const event = makeEvent(
  { region: 'eu-west-1', accountId: '111122223333' },
  {
    source: 'rekey',
    'detail-type': 'KeyIssued',
    detail: { key: 'bot "one"', count: 2, list: ['a', { b: 'c' }], none: null },
    time: new Date('2026-11-20T10:00:00.500Z'),
  },
);

function transform(InputTemplate: string, InputPathsMap: Record<string, string> = {}): string {
  return parseTargetInput({ InputTransformer: { InputTemplate, InputPathsMap } }, rule)(event);
}

describe('what a target gets', () => {
  it('is the whole event unless the rule says otherwise', () => {
    expect(JSON.parse(parseTargetInput({}, rule)(event))).toEqual({
      version: '0',
      id: event.id,
      'detail-type': 'KeyIssued',
      source: 'rekey',
      account: '111122223333',
      time: '2026-11-20T10:00:00Z',
      region: 'eu-west-1',
      resources: [],
      detail: event.detail,
    });
  });

  it('is a fixed text', () => {
    expect(parseTargetInput({ Input: '{"act":"status"}' }, rule)(event)).toBe('{"act":"status"}');
  });

  it.each([
    ['$.detail.key', '"bot \\"one\\""'],
    ['$.detail.list[1].b', '"c"'],
    ['$.detail-type', '"KeyIssued"'],
    ['$.detail.missing', 'null'],
  ])('is the part at %s', (InputPath, expected) => {
    expect(parseTargetInput({ InputPath }, rule)(event)).toBe(expected);
  });

  it('is a template with values in place of variables', () => {
    const text = transform(
      '{"key":<key>,"count":<count>,"list":<list>,"said":"<key> by <aws.events.rule-name>"}',
      {
        key: '$.detail.key',
        count: '$.detail.count',
        list: '$.detail.list',
      },
    );
    expect(JSON.parse(text)).toEqual({
      key: 'bot "one"',
      count: 2,
      list: ['a', { b: 'c' }],
      said: 'bot "one" by tell',
    });
  });

  it('has nothing where a variable has no value', () => {
    expect(transform('{"a":"<x>-","b":<x>}', { x: '$.detail.missing' })).toBe('{"a":"-","b":""}');
  });

  it('may hold the event itself', () => {
    const { detail: _detail, ...withoutDetail } = event;
    expect(JSON.parse(transform('{"all":<aws.events.event.json>,"rest":<aws.events.event>}'))).toEqual({
      all: event,
      rest: withoutDetail,
    });
  });
});

describe('a rule is refused', () => {
  it.each<[string, Parameters<typeof parseTargetInput>[0], string]>([
    ['with two kinds of input', { Input: '{}', InputPath: '$.detail' }, 'only one of'],
    ['with a fixed input that is not JSON', { Input: 'hello' }, 'JSON'],
    ['with a path that does not start with $', { InputPath: 'detail' }, 'must start with $'],
    ['with a path that is not understood', { InputPath: '$.detail[*]' }, 'does not understand the path'],
    [
      'with a variable that has no path',
      { InputTransformer: { InputTemplate: '<x>', InputPathsMap: {} } },
      'the input template names <x>',
    ],
  ])('%s', (_, properties, message) => {
    expect(() => parseTargetInput(properties, rule)).toThrow(message);
  });
});
