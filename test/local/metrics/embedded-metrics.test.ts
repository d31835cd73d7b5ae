import { describe, expect, it } from 'vitest';
import { parseEmbeddedMetrics } from '../../../local/metrics/embedded-metrics.ts';

const line = (directive: object, rest: object = { Account: 'main', Reads: 1 }) =>
  JSON.stringify({
    _aws: {
      Timestamp: 1_000,
      CloudWatchMetrics: [
        { Namespace: 'Rekey', Dimensions: [['Account']], Metrics: [{ Name: 'Reads' }], ...directive },
      ],
    },
    ...rest,
  });

describe('a log line', () => {
  it('gives the metrics that it carries', () => {
    expect(parseEmbeddedMetrics(line({}))).toEqual([
      { namespace: 'Rekey', name: 'Reads', dimensions: { Account: 'main' }, values: [1], timestampMs: 1_000 },
    ]);
  });

  it('gives a metric for each set of dimensions, and one without when there are none', () => {
    const two = parseEmbeddedMetrics(line({ Dimensions: [['Account'], []] }));
    const none = parseEmbeddedMetrics(line({ Dimensions: [] }));
    expect([two, none].map((records) => records.map(({ dimensions }) => dimensions))).toEqual([
      [{ Account: 'main' }, {}],
      [{}],
    ]);
  });

  it('gives every value of a list', () => {
    expect(parseEmbeddedMetrics(line({}, { Account: 'main', Reads: [1, 2.5] }))[0]?.values).toEqual([1, 2.5]);
  });

  it.each([
    ['plain text', 'hello'],
    ['another JSON line', '{"level":"INFO"}'],
    ['text that mentions "CloudWatchMetrics"', 'about "CloudWatchMetrics"'],
  ])('gives nothing when it is %s', (_, text) => {
    expect(parseEmbeddedMetrics(text)).toEqual([]);
  });

  it.each<[string, string, string]>([
    ['a dimension without value', line({}, { Reads: 1 }), 'the dimension Account, which has no text'],
    [
      'a metric without number',
      line({}, { Account: 'main', Reads: 'one' }),
      'names Reads, which is not a number',
    ],
    ['no namespace', line({ Namespace: '' }), 'Namespace'],
  ])('fails loudly with %s', (_, text, message) => {
    expect(() => parseEmbeddedMetrics(text)).toThrow(message);
  });
});
