import { describe, expect, it } from 'vitest';
import type { AlarmState } from '../../../local/metrics/alarm-evaluation.ts';
import { alarmsIn, parseCompositeRule, ruleHolds } from '../../../local/metrics/composite-rule.ts';

const STATES: Readonly<Record<string, AlarmState>> = { a: 'ALARM', b: 'OK', c: 'INSUFFICIENT_DATA' };
const holds = (text: string) => ruleHolds(parseCompositeRule(text), (alarm) => STATES[alarm] ?? 'OK');

describe('the rule of a composite alarm', () => {
  it.each([
    ['ALARM(a)', true],
    ['ALARM("b")', false],
    ['INSUFFICIENT_DATA("c") AND OK(b)', true],
    ['(ALARM("b") OR ALARM("a"))', true],
    ['NOT ALARM(a) OR ALARM(b)', false],
    ['ALARM(b) AND ALARM(b) OR ALARM(a)', true],
    ['ALARM(a) OR ALARM(b) AND ALARM(b)', true],
    ['(ALARM(a) OR ALARM(b)) AND ALARM(b)', false],
    ['NOT (ALARM(a) AND OK(b))', false],
    ['TRUE AND NOT FALSE', true],
  ])('%s', (text, expected) => {
    expect(holds(text)).toBe(expected);
  });

  it('names its alarms, by name or ARN', () => {
    const arn = 'arn:aws:cloudwatch:eu-west-1:000000000000:alarm:rekey-main-Drift';
    expect(alarmsIn(parseCompositeRule(`(ALARM("${arn}") OR NOT OK(b)) AND TRUE`))).toEqual([arn, 'b']);
  });

  it.each(['', 'ALARM(a) OK(b)', '(ALARM(a)', 'ALARM(a) AND', 'alarm(a)'])('is not: %s', (text) => {
    expect(() => parseCompositeRule(text)).toThrow(Error);
  });
});
