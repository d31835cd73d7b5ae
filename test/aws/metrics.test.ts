import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { measure } from '../../lambda/aws/metrics.ts';
import { METRICS } from '../../lambda/contract.ts';
import { captureOutput } from '../support/output.ts';

let written: () => string[];

beforeEach(() => {
  written = captureOutput();
});
afterEach(() => vi.restoreAllMocks());

/** The one line in the embedded metric format that measuring wrote. */
function line(): Record<string, unknown> & { _aws: { CloudWatchMetrics: unknown[] } } {
  expect(written()).toHaveLength(1);
  return JSON.parse(written()[0] ?? '');
}

describe('measuring', () => {
  test('writes the values under the names of the contract, with the account as the only dimension', () => {
    measure('main', { orphanKeys: 2, foreignKeys: 0 });
    expect(line()).toMatchObject({ Account: 'main', OrphanKeys: 2, ForeignKeys: 0 });
    expect(line()._aws.CloudWatchMetrics).toEqual([
      {
        Namespace: 'Rekey',
        Dimensions: [['Account']],
        Metrics: [
          { Name: 'OrphanKeys', Unit: 'Count' },
          { Name: 'ForeignKeys', Unit: 'Count' },
        ],
      },
    ]);
  });

  test('adds no dimension, property or service by itself, which would be another metric to pay for', () => {
    measure('main', { reads: 1 });
    expect(Object.keys(line()).sort()).toEqual(['Account', 'Reads', '_aws']);
  });

  test('counts everything but days', () => {
    measure('main', { oldestKeyDays: 12.5 });
    expect(line()._aws.CloudWatchMetrics).toMatchObject([
      { Metrics: [{ Name: 'OldestKeyDays', Unit: 'None' }] },
    ]);
  });

  test('of one account leaves nothing behind for another', () => {
    measure('main', { reads: 1 });
    measure('other', { deniedReads: 1 });
    const second = JSON.parse(written()[1] ?? '');
    expect(Object.keys(second).sort()).toEqual(['Account', 'DeniedReads', '_aws']);
    expect(second.Account).toBe('other');
  });

  test('knows every metric of the contract', () => {
    measure('main', Object.fromEntries(Object.keys(METRICS).map((name) => [name, 1])));
    expect(line()).toMatchObject(Object.fromEntries(Object.values(METRICS).map((name) => [name, 1])));
  });
});
