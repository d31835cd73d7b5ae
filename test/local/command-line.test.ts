import { describe, expect, it } from 'vitest';
import { parseCommandLine } from '../../local/command-line.ts';

describe('the command line of npm run local', () => {
  it('has a default for everything', () => {
    expect(parseCommandLine([])).toEqual({
      config: 'examples/demo/rekey.config.ts',
      port: 0,
      seed: undefined,
    });
  });

  it('takes a configuration, a port and a seed', () => {
    const args = ['--config', 'my.config.ts', '--port', '4566', '--seed', '7'];
    expect(parseCommandLine(args)).toEqual({ config: 'my.config.ts', port: 4566, seed: 7 });
  });

  it('knows a call for help', () => {
    expect(parseCommandLine(['--help'])).toBe('help');
  });

  it.each([
    [['--port', '65536'], '--port needs a whole number up to 65535'],
    [['--seed', 'x'], '--seed needs a whole number'],
    [['--colour', 'red'], '--colour'],
    [['stray'], 'stray'],
  ])('refuses %j', (args, message) => {
    expect(() => parseCommandLine(args)).toThrow(message);
  });
});
