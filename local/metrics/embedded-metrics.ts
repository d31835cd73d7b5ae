import { z } from 'zod';
import { isRecord } from '../json.ts';
import type { MetricRecord } from './metric-store.ts';

/** @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html */
const directive = z.object({
  Namespace: z.string().min(1),
  Dimensions: z.array(z.array(z.string()).max(30)),
  Metrics: z.array(z.object({ Name: z.string().min(1), Unit: z.string().optional() })).max(100),
});

const embedded = z.object({
  _aws: z.object({ Timestamp: z.number(), CloudWatchMetrics: z.array(directive) }),
});

type Directive = z.infer<typeof directive>;

/**
 * The metrics that a log line carries; none for a line that is no embedded metric.
 *
 * @throws Error for a line that means to be one and is wrong: CloudWatch would drop its metrics in silence.
 */
export function parseEmbeddedMetrics(line: string): MetricRecord[] {
  if (!line.includes('"CloudWatchMetrics"')) return [];
  const content = parseObject(line);
  if (!content) return [];
  const { _aws } = embedded.parse(content);
  return _aws.CloudWatchMetrics.flatMap((one) => recordsOf(one, content, _aws.Timestamp));
}

/** Each set of dimensions makes a metric of its own. */
function recordsOf(one: Directive, content: Record<string, unknown>, timestampMs: number): MetricRecord[] {
  const sets = one.Dimensions.length === 0 ? [[]] : one.Dimensions;
  return sets.flatMap((names) => {
    const dimensions = Object.fromEntries(names.map((name) => [name, dimensionValue(content, name)]));
    return one.Metrics.map(({ Name }) => ({
      namespace: one.Namespace,
      name: Name,
      dimensions,
      values: metricValues(content, Name),
      timestampMs,
    }));
  });
}

function dimensionValue(content: Record<string, unknown>, name: string): string {
  const value = content[name];
  if (typeof value === 'string' && value !== '') return value;
  throw new Error(`the embedded metric names the dimension ${name}, which has no text in the line`);
}

function metricValues(content: Record<string, unknown>, name: string): number[] {
  const values = [content[name]].flat();
  if (values.every((value) => typeof value === 'number' && Number.isFinite(value))) return values as number[];
  throw new Error(
    `the embedded metric names ${name}, which is not a number or a list of numbers in the line`,
  );
}

function parseObject(line: string): Record<string, unknown> | undefined {
  try {
    const content: unknown = JSON.parse(line);
    return isRecord(content) ? content : undefined;
  } catch {
    return undefined;
  }
}
