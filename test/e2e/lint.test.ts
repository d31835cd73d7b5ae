import { describe, expect, it } from 'vitest';
import { judge } from '../../e2e/lint.ts';

describe('the judgement on findings of cfn-lint', () => {
  const accepted = {
    Rule: { Id: 'W3005' },
    Message: 'm',
    Filename: 'f',
    Location: { Path: ['Resources', 'A'] },
  };

  it('accepts what has a reason', () => {
    expect(() => judge([accepted])).not.toThrow();
  });

  it('refuses any other finding, by rule, place and message', () => {
    const other = { ...accepted, Rule: { Id: 'E3002' } };
    expect(() => judge([accepted, other])).toThrow('E3002 Resources.A: m');
  });

  it('refuses an exception that nothing needs any more', () => {
    expect(() => judge([])).toThrow('no longer finds W3005');
  });
});
