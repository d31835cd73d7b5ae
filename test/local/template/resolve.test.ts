// biome-ignore-all lint/suspicious/noTemplateCurlyInString: Fn::Sub has placeholders of its own
import { describe, expect, it } from 'vitest';
import { stackScope } from '../../../local/deployment/stack-scope.ts';
import { resolveValue } from '../../../local/template/resolve.ts';
import { parseTemplate } from '../../../local/template/template.ts';

const template = parseTemplate({
  Parameters: {
    Stage: { Type: 'String', Default: 'test' },
    Zones: { Type: 'List<String>', Default: 'x,y' },
    NoDefault: { Type: 'String' },
    BootstrapVersion: {
      Type: 'AWS::SSM::Parameter::Value<String>',
      Default: '/cdk-bootstrap/hnb659fds/version',
    },
    Other: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/own/parameter' },
  },
  Mappings: { Sizes: { 'eu-west-1': { small: 'one' } } },
  Conditions: {
    IsTest: { 'Fn::Equals': [{ Ref: 'Stage' }, 'test'] },
    IsLive: { 'Fn::Not': [{ Condition: 'IsTest' }] },
    Either: { 'Fn::Or': [{ Condition: 'IsTest' }, { Condition: 'IsLive' }] },
    Both: { 'Fn::And': [{ Condition: 'IsTest' }, { Condition: 'IsLive' }] },
    Odd: { 'Fn::Perhaps': ['a'] },
  },
  Resources: { Queue: { Type: 'AWS::SQS::Queue' }, Later: { Type: 'AWS::SQS::Queue' } },
});

const scope = stackScope({
  place: { region: 'eu-west-1', accountId: '111122223333' },
  stackName: 'shop',
  template,
  deployed: new Map([
    ['Queue', { ref: 'https://queue', attributes: { Arn: 'arn:queue', 'Deep.Name': 'deep' } }],
  ]),
  exports: new Map([['shared:Topic', 'arn:topic']]),
});

const cases: [string, unknown, unknown][] = [
  ['a parameter', { Ref: 'Stage' }, 'test'],
  ['a list parameter', { Ref: 'Zones' }, ['x', 'y']],
  ['the bootstrap version', { Ref: 'BootstrapVersion' }, '30'],
  ['a resource', { Ref: 'Queue' }, 'https://queue'],
  ['the account', { Ref: 'AWS::AccountId' }, '111122223333'],
  ['the Region', { Ref: 'AWS::Region' }, 'eu-west-1'],
  ['the partition', { Ref: 'AWS::Partition' }, 'aws'],
  ['the stack name', { Ref: 'AWS::StackName' }, 'shop'],
  ['an attribute', { 'Fn::GetAtt': ['Queue', 'Arn'] }, 'arn:queue'],
  ['an attribute as text', { 'Fn::GetAtt': 'Queue.Deep.Name' }, 'deep'],
  ['joined parts', { 'Fn::Join': ['-', ['a', { Ref: 'Stage' }, 1]] }, 'a-test-1'],
  ['joined lists', { 'Fn::Join': [',', { Ref: 'Zones' }] }, 'x,y'],
  ['a substitution', { 'Fn::Sub': '${AWS::Region}/${Queue.Arn}/${!Kept}' }, 'eu-west-1/arn:queue/${Kept}'],
  ['own variables', { 'Fn::Sub': ['${A}-${Stage}', { A: { Ref: 'Queue' } }] }, 'https://queue-test'],
  ['a selection', { 'Fn::Select': ['1', { 'Fn::Split': ['/', 'a/b/c'] }] }, 'b'],
  ['an import', { 'Fn::ImportValue': { 'Fn::Sub': 'shared:Topic' } }, 'arn:topic'],
  ['zones', { 'Fn::Select': [0, { 'Fn::GetAZs': '' }] }, 'eu-west-1a'],
  ['address blocks', { 'Fn::Cidr': ['10.0.0.0/16', 2, 8] }, ['10.0.0.0/24', '10.0.1.0/24']],
  ['a mapping', { 'Fn::FindInMap': ['Sizes', { Ref: 'AWS::Region' }, 'small'] }, 'one'],
  ['the branch of a true condition', { 'Fn::If': ['IsTest', 'yes', { Ref: 'Missing' }] }, 'yes'],
  ['the branch of a false condition', { 'Fn::If': ['IsLive', 'yes', 'no'] }, 'no'],
  ['an alternative of conditions', { 'Fn::If': ['Either', 'yes', 'no'] }, 'yes'],
  ['a conjunction of conditions', { 'Fn::If': ['Both', 'yes', 'no'] }, 'no'],
  ['base64', { 'Fn::Base64': 'hi' }, 'aGk='],
  ['values without functions', { a: [1, true, null, 'text'] }, { a: [1, true, null, 'text'] }],
  ['no value in an object', { a: { Ref: 'AWS::NoValue' }, b: 1 }, { b: 1 }],
  ['no value in a list', ['a', { 'Fn::If': ['IsLive', 'b', { Ref: 'AWS::NoValue' }] }], ['a']],
  ['an object that only looks like a function', { Ref: 'Stage', Other: 1 }, { Ref: 'Stage', Other: 1 }],
];

const failures: [string, unknown, string][] = [
  [
    'an unknown function',
    { 'Fn::Transform': {} },
    'the local cloud does not know the intrinsic function Fn::Transform',
  ],
  ['an unknown name', { Ref: 'Nobody' }, "nothing is deployed as 'Nobody', which the template does not have"],
  ['a resource that is not deployed yet', { Ref: 'Later' }, 'nothing is deployed as Later (AWS::SQS::Queue)'],
  [
    'an unknown attribute',
    { 'Fn::GetAtt': ['Queue', 'Colour'] },
    'the local cloud does not know the attribute Colour of Queue (AWS::SQS::Queue)',
  ],
  ['a parameter without default', { Ref: 'NoDefault' }, 'the parameter NoDefault has no default'],
  [
    'an SSM parameter',
    { Ref: 'Other' },
    "the local cloud has no SSM parameter '/own/parameter' (parameter Other)",
  ],
  ['an import that nobody exports', { 'Fn::ImportValue': 'none' }, "no stack exports 'none'"],
  ['a selection out of range', { 'Fn::Select': [3, ['a']] }, 'Fn::Select finds nothing at index 3'],
  ['a missing mapping', { 'Fn::FindInMap': ['Sizes', 'x', 'y'] }, 'the template maps nothing at Sizes.x.y'],
  ['an unknown condition', { 'Fn::If': ['Perhaps', 1, 2] }, "the template has no condition 'Perhaps'"],
  [
    'an unknown condition function',
    { 'Fn::If': ['Odd', 1, 2] },
    'the local cloud does not know the condition Fn::Perhaps',
  ],
  [
    'blocks that do not fit',
    { 'Fn::Cidr': ['10.0.0.0/24', 3, 7] },
    'Fn::Cidr cannot make 3 blocks with 7 host bits in 10.0.0.0/24',
  ],
  ['an object in a join', { 'Fn::Join': ['', [{ a: 1 }]] }, 'Fn::Join needs text, got {"a":1}'],
  [
    'a dynamic reference',
    '{{resolve:secretsmanager:x}}',
    'the local cloud does not resolve dynamic references ({{resolve:...}})',
  ],
];

describe('a value of a template', () => {
  it.each(cases)('gives %s', (_, value, expected) => {
    expect(resolveValue(value, scope)).toEqual(expected);
  });

  it.each(failures)('fails loudly for %s', (_, value, message) => {
    expect(() => resolveValue(value, scope)).toThrow(message);
  });
});

describe('a template', () => {
  it('is refused with a section that is not known', () => {
    expect(() => parseTemplate({ Resources: {}, Transform: 'AWS::Serverless-2016-10-31' })).toThrow(
      'Transform',
    );
  });

  it('is refused with a resource attribute that is not known', () => {
    const resource = { Type: 'AWS::SQS::Queue', CreationPolicy: {} };
    expect(() => parseTemplate({ Resources: { Queue: resource } })).toThrow('CreationPolicy');
  });
});

describe('a dynamic reference', () => {
  const secret = (name: string) => `(${name})`;

  it('to a secret is what the scope has for it', () => {
    const reference = 'Bearer {{resolve:secretsmanager:hooks/x:SecretString:::}}';
    expect(resolveValue({ Value: reference }, { ...scope, secret })).toEqual({ Value: 'Bearer (hooks/x)' });
  });

  it.each(['{{resolve:ssm:x}}', '{{resolve:secretsmanager:x:SecretString:field::}}'])(
    '%s is refused',
    (reference) => {
      expect(() => resolveValue(reference, { ...scope, secret })).toThrow(
        'does not resolve dynamic references',
      );
    },
  );
});
