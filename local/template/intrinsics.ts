import { isRecord } from '../json.ts';
import { subnetBlocks } from './cidr.ts';
import { substitute } from './substitute.ts';

/** What the intrinsic functions of one stack can look up. */
export interface Scope {
  /** A parameter, a pseudo parameter or a resource's id. */
  ref(name: string): unknown;
  attribute(logicalId: string, name: string): unknown;
  condition(name: string): boolean;
  mapped(map: string, topKey: string, secondKey: string): unknown;
  exported(name: string): unknown;
  availabilityZones(): string[];
  /** What stands for the secret that a dynamic reference names. Absent: none may be named. */
  secret?(name: string): string;
}

/** A scope that resolves what stands inside an intrinsic function. */
interface ResolvingScope extends Scope {
  resolve(value: unknown): unknown;
}

type Intrinsic = (argument: unknown, scope: ResolvingScope) => unknown;

/**
 * Every intrinsic function that a resource may use.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
 */
export const INTRINSICS: Readonly<Record<string, Intrinsic>> = {
  Ref: (name, scope) => scope.ref(text(name, 'Ref')),
  'Fn::GetAtt': getAtt,
  'Fn::Join': join,
  'Fn::Sub': sub,
  'Fn::Select': select,
  'Fn::Split': split,
  'Fn::ImportValue': (name, scope) => scope.exported(text(scope.resolve(name), 'Fn::ImportValue')),
  'Fn::GetAZs': (_, scope) => scope.availabilityZones(),
  'Fn::Cidr': cidr,
  'Fn::FindInMap': findInMap,
  'Fn::If': chooseBranch,
  'Fn::Base64': (value, scope) => Buffer.from(text(scope.resolve(value), 'Fn::Base64')).toString('base64'),
};

function getAtt(argument: unknown, scope: ResolvingScope): unknown {
  const [logicalId, ...name] =
    typeof argument === 'string' ? argument.split('.') : list(argument, 'Fn::GetAtt');
  return scope.attribute(text(logicalId, 'Fn::GetAtt'), text(scope.resolve(name.join('.')), 'Fn::GetAtt'));
}

function join(argument: unknown, scope: ResolvingScope): string {
  const [delimiter, parts] = list(argument, 'Fn::Join');
  return list(scope.resolve(parts), 'Fn::Join')
    .map((part) => text(part, 'Fn::Join'))
    .join(text(delimiter, 'Fn::Join'));
}

function sub(argument: unknown, scope: ResolvingScope): string {
  const [template, variables] = Array.isArray(argument) ? argument : [argument, {}];
  if (!isRecord(variables)) throw new Error('Fn::Sub needs an object of variables');
  return substitute(text(template, 'Fn::Sub'), (name) => {
    if (name in variables) return text(scope.resolve(variables[name]), 'Fn::Sub');
    const [logicalId = '', ...attribute] = name.split('.');
    const value = attribute.length === 0 ? scope.ref(name) : scope.attribute(logicalId, attribute.join('.'));
    return text(value, 'Fn::Sub');
  });
}

function select(argument: unknown, scope: ResolvingScope): unknown {
  const [index, items] = list(argument, 'Fn::Select');
  const position = Number(scope.resolve(index));
  const chosen = list(scope.resolve(items), 'Fn::Select')[position];
  if (chosen === undefined) throw new Error(`Fn::Select finds nothing at index ${position}`);
  return chosen;
}

function split(argument: unknown, scope: ResolvingScope): string[] {
  const [delimiter, source] = list(argument, 'Fn::Split');
  return text(scope.resolve(source), 'Fn::Split').split(text(delimiter, 'Fn::Split'));
}

function cidr(argument: unknown, scope: ResolvingScope): string[] {
  const [block, count, hostBits] = list(scope.resolve(argument), 'Fn::Cidr');
  return subnetBlocks({ block: text(block, 'Fn::Cidr'), count: Number(count), hostBits: Number(hostBits) });
}

function findInMap(argument: unknown, scope: ResolvingScope): unknown {
  const [map, top, second] = list(scope.resolve(argument), 'Fn::FindInMap');
  const [mapName, topKey, secondKey] = [map, top, second].map((part) => text(part, 'Fn::FindInMap'));
  return scope.mapped(mapName ?? '', topKey ?? '', secondKey ?? '');
}

function chooseBranch(argument: unknown, scope: ResolvingScope): unknown {
  const [condition, whenTrue, whenFalse] = list(argument, 'Fn::If');
  return scope.resolve(scope.condition(text(condition, 'Fn::If')) ? whenTrue : whenFalse);
}

function list(value: unknown, intrinsic: string): unknown[] {
  if (!Array.isArray(value)) throw new Error(`${intrinsic} needs a list`);
  return value;
}

function text(value: unknown, intrinsic: string): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw new Error(`${intrinsic} needs text, got ${JSON.stringify(value)}`);
}
