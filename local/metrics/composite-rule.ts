import type { AlarmState } from './alarm-evaluation.ts';

/** The expression of a composite alarm, read. */
export type CompositeRule =
  | { readonly kind: 'state'; readonly alarm: string; readonly state: AlarmState }
  | { readonly kind: 'constant'; readonly value: boolean }
  | { readonly kind: 'NOT'; readonly of: CompositeRule }
  | { readonly kind: 'AND' | 'OR'; readonly of: readonly CompositeRule[] };

const TOKEN = /\s*(?:(ALARM|OK|INSUFFICIENT_DATA)\s*\(\s*"?([^")]+?)"?\s*\)|(AND|OR|NOT|TRUE|FALSE|[()]))/y;

interface Token {
  readonly word: string;
  /** Name or ARN in the brackets after a state. */
  readonly alarm: string | undefined;
}

/**
 * Reads a composite alarm's rule; NOT binds more than AND, AND more than OR.
 * @throws Error if it is not one
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html
 */
export function parseCompositeRule(text: string): CompositeRule {
  const tokens = tokensOf(text);
  const rule = parseSeveral('OR', tokens);
  if (tokens.length > 0) throw new Error(`the rule goes on with ${tokens[0]?.word}`);
  return rule;
}

/** Names and ARNs of the alarms that a rule looks at. */
export function alarmsIn(rule: CompositeRule): string[] {
  if (rule.kind === 'state') return [rule.alarm];
  if (rule.kind === 'constant') return [];
  return rule.kind === 'NOT' ? alarmsIn(rule.of) : rule.of.flatMap(alarmsIn);
}

/** Whether a rule holds while alarms are in these states. */
export function ruleHolds(rule: CompositeRule, stateOf: (alarm: string) => AlarmState): boolean {
  const holds = (part: CompositeRule) => ruleHolds(part, stateOf);
  switch (rule.kind) {
    case 'state':
      return stateOf(rule.alarm) === rule.state;
    case 'constant':
      return rule.value;
    case 'NOT':
      return !holds(rule.of);
    case 'AND':
      return rule.of.every(holds);
    case 'OR':
      return rule.of.some(holds);
  }
}

function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.trimEnd().length) {
    const at = TOKEN.lastIndex;
    const [, state, alarm, word] = TOKEN.exec(text) ?? [];
    const found = state ?? word;
    if (found === undefined) throw new Error(`not the rule of a composite alarm: ${text.slice(at, at + 40)}`);
    tokens.push({ word: found, alarm });
  }
  return tokens;
}

function parseSeveral(kind: 'AND' | 'OR', tokens: Token[]): CompositeRule {
  const parseOne = () => (kind === 'OR' ? parseSeveral('AND', tokens) : parseSingle(tokens));
  const first = parseOne();
  const of = [first];
  while (tokens[0]?.word === kind) {
    tokens.shift();
    of.push(parseOne());
  }
  return of.length === 1 ? first : { kind, of };
}

function parseSingle(tokens: Token[]): CompositeRule {
  const token = tokens.shift();
  if (token?.alarm !== undefined)
    return { kind: 'state', alarm: token.alarm, state: token.word as AlarmState };
  if (token?.word === 'NOT') return { kind: 'NOT', of: parseSingle(tokens) };
  if (token?.word === 'TRUE' || token?.word === 'FALSE')
    return { kind: 'constant', value: token.word === 'TRUE' };
  if (token?.word !== '(') throw new Error(`a rule cannot have ${token?.word ?? 'its end'} here`);
  const inner = parseSeveral('OR', tokens);
  if (tokens.shift()?.word !== ')') throw new Error('a bracket of the rule is not closed');
  return inner;
}
