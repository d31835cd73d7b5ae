import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { ACCOUNT_DIMENSION, METRIC_NAMESPACE, METRICS } from '../contract.ts';

/** Values by the metric's key in `METRICS`. */
export type Measurements = Partial<Readonly<Record<keyof typeof METRICS, number>>>;

const metrics = new Metrics({ namespace: METRIC_NAMESPACE });
metrics.clearDefaultDimensions();

/** Units of what is no count. */
const UNITS: Partial<Record<string, (typeof MetricUnit)[keyof typeof MetricUnit]>> = {
  [METRICS.oldestKeyDays]: MetricUnit.NoUnit,
  [METRICS.keyAgeOfPolicy]: MetricUnit.Percent,
  [METRICS.limitUse]: MetricUnit.Percent,
};

/** Writes metrics of one account in the embedded metric format. The account is the only dimension. */
export function measure(account: string, values: Measurements): void {
  metrics.addDimension(ACCOUNT_DIMENSION, account);
  for (const [name, value] of Object.entries(values)) {
    const metric = METRICS[name as keyof typeof METRICS];
    metrics.addMetric(metric, UNITS[metric] ?? MetricUnit.Count, value);
  }
  metrics.publishStoredMetrics();
}
