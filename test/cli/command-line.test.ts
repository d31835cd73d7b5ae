import { describe, expect, it } from 'vitest';
import { parseCommandLine, SHARED_OPTIONS } from '../../cli/command-line.ts';
import { BadInputError } from '../../cli/problem.ts';
import { VERBS } from '../../cli/verbs.ts';

function parse(command: string) {
  const parsed = parseCommandLine(command.split(' '));
  if ('help' in parsed) throw new Error('got help');
  return { verb: parsed.verb.name, ...parsed.input };
}

function help(command: string): string {
  const parsed = parseCommandLine(command.split(' '));
  if ('verb' in parsed) throw new Error('got a verb');
  return parsed.help;
}

describe('the command line', () => {
  it('says nothing of configuration and cloud unless it is told', () => {
    expect(parse('status')).toEqual({
      verb: 'status',
      argument: undefined,
      options: {},
    });
  });

  it('takes options before and after the argument', () => {
    const options = { config: 'a.ts', emergency: true };
    const expected = { verb: 'rotate', argument: 'main/x', options };
    expect(parse('rotate --config a.ts --emergency main/x')).toEqual(expected);
    expect(parse('rotate main/x --emergency --config=a.ts')).toEqual(expected);
  });

  it.each([
    { command: 'rotate --local main/x', local: '' },
    { command: 'rotate main/x --local', local: '' },
    { command: 'rotate --local --yes main/x', local: '' },
    { command: 'rotate --local http://127.0.0.1:1 main/x', local: 'http://127.0.0.1:1' },
    { command: 'rotate --local=http://127.0.0.1:1 main/x', local: 'http://127.0.0.1:1' },
  ])('does not take the key for the address of --local: $command', ({ command, local }) => {
    expect(parse(command)).toMatchObject({ argument: 'main/x', options: { local } });
  });

  it.each(VERBS)('helps with $name, every option and its default', ({ name, argument, options }) => {
    const text = help(`${name} --help`);
    expect(text).toContain(`npm run rekey -- ${name} [options] ${argument}`);
    for (const { flags, default: value } of [...options, ...SHARED_OPTIONS]) {
      expect(text).toContain(flags);
      if (value !== undefined) expect(text).toContain(`"${value}"`);
    }
  });

  it('helps with everything at once', () => {
    const text = help('--help').replace(/\s+/g, ' ');
    for (const { summary } of VERBS) expect(text).toContain(summary);
  });

  it.each(['', 'manager', 'stauts', 'manager get main', '--version'])('refuses "%s"', (command) => {
    expect(() => parseCommandLine(command.split(' ').filter(Boolean))).toThrow(BadInputError);
  });

  it.each([
    { command: 'rotate', says: '<account/key> is missing: npm run rekey -- rotate <account/key>' },
    { command: 'rotate a/b c/d', says: 'too many words: npm run rekey -- rotate <account/key>' },
    { command: 'status --config', says: 'an option lacks its value; see npm run rekey -- status --help' },
    {
      command: 'status --jsno',
      says: 'there is no such option; status takes --check, --readers, --json, --config <file>, --local [url]',
    },
    {
      command: 'status --json=yes',
      says: 'there is no such option; status takes --check, --readers, --json, --config <file>, --local [url]',
    },
    {
      command: 'stauts',
      says: 'say what to do: npm run rekey -- manager put | status | rotate | stop | resume | drill | audit; --help tells more',
    },
  ])('says how to put "$command" right', ({ command, says }) => {
    expect(() => parse(command)).toThrow(new BadInputError(says));
  });
});
