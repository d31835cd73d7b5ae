/** Where everything of one local cloud is. */
export interface Place {
  readonly region: string;
  readonly accountId: string;
}

/** The parts of an ARN; `resource` is everything after the account and may hold colons. */
export interface ArnParts {
  readonly service: string;
  readonly region: string;
  readonly accountId: string;
  readonly resource: string;
}

export function formatArn({ region, accountId }: Place, service: string, resource: string): string {
  return `arn:aws:${service}:${region}:${accountId}:${resource}`;
}

/** @throws Error for what is not an ARN. */
export function parseArn(arn: string): ArnParts {
  const [prefix, , service, region, accountId, ...resource] = arn.split(':');
  if (prefix !== 'arn' || service === undefined || resource.length === 0) {
    throw new Error(`not an ARN: '${arn}'`);
  }
  return { service, region: region ?? '', accountId: accountId ?? '', resource: resource.join(':') };
}

export function functionArn(place: Place, name: string): string {
  return formatArn(place, 'lambda', `function:${name}`);
}

export function busArn(place: Place, name: string): string {
  return formatArn(place, 'events', `event-bus/${name}`);
}

export function logGroupArn(place: Place, name: string): string {
  return formatArn(place, 'logs', `log-group:${name}`);
}

/** IAM is global: its ARNs hold no Region. */
export function iamArn({ accountId }: Place, resource: string): string {
  return `arn:aws:iam::${accountId}:${resource}`;
}
