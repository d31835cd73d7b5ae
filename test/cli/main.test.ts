import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { NotDoneError } from '../../cli/problem.ts';
import { openTerminal } from '../../cli/terminal.ts';
import { accountStatus, type Run, rekey } from './harness.ts';
import { MemoryCloud } from './memory-cloud.ts';

/** A host on which connecting fails with this error. */
function failing(error: unknown, debug = false): Run {
  return { host: { debug, connect: () => Promise.reject(error) } };
}

describe('a fault of the program', () => {
  const fault = new TypeError('cannot read SECRET-4711');

  it('is one line that holds no more than its name', async () => {
    expect(await rekey('status', failing(fault))).toEqual({
      code: 1,
      out: '',
      err: 'a fault of this program (TypeError); REKEY_DEBUG=1 shows where\n',
    });
  });

  it('is one line even if it is no error', async () => {
    expect((await rekey('status', failing('SECRET-4711'))).err).toMatch(/^a fault of this program .*\n$/);
  });

  it('shows with REKEY_DEBUG where it arose, and still not what was read', async () => {
    const { err } = await rekey('status', failing(fault, true));
    expect(err).toMatch(/^TypeError$/m);
    expect(err).toMatch(/^ +at .*main\.test\.ts/m);
    expect(err).not.toContain('SECRET-4711');
  });
});

describe('REKEY_DEBUG', () => {
  it('shows the places of causes without their messages', async () => {
    const cause = new SyntaxError('unexpected token in SECRET-4711\n    at SECRET-4711');
    const { err } = await rekey('status', failing(new NotDoneError('it was not done', { cause }), true));
    expect(err).toMatch(/^it was not done$/m);
    expect(err).toMatch(/^SyntaxError$/m);
    expect(err).not.toContain('SECRET-4711');
  });

  it('is needed for any place to be shown', async () => {
    const { err } = await rekey('status', failing(new NotDoneError('it was not done')));
    expect(err).toBe('it was not done\n');
  });
});

describe('help', () => {
  it('goes to standard output and is no failure', async () => {
    const { code, out, err } = await rekey('rotate --help');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toContain('--emergency');
  });
});

describe('the screen', () => {
  it.each([
    { what: 'standard output', stream: 'stdout', code: 'EPIPE' },
    { what: 'the terminal', stream: 'stderr', code: 'EIO' },
  ] as const)('may be gone early: $what', async ({ stream, code }) => {
    const streams = {
      stdin: new PassThrough(),
      stdout: new PassThrough(),
      stderr: new PassThrough(),
      env: {},
    };
    const terminal = openTerminal(streams);
    streams[stream].destroy(Object.assign(new Error('closed'), { code }));
    const cloud = new MemoryCloud();
    cloud.statuses.set('main', accountStatus());
    expect((await rekey('stop main --yes', { cloud, host: { terminal } })).code).toBe(0);
    expect(cloud.stops('main').stopped).toHaveLength(2);
  });
});
