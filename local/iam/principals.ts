import { createHash } from 'node:crypto';
import { formatArn, functionArn, iamArn, type Place, parseArn } from '../arn.ts';
import type { Caller } from '../secrets-manager/options.ts';

/** Access key of one principal, as the AWS SDK and the AWS CLI take it. The local cloud checks no signature. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** A caller of the gateway; `functionArn` is set for the functions' own calls. */
export interface LocalCaller extends Caller {
  readonly functionArn?: string | undefined;
}

type Identity = Pick<LocalCaller, 'arn' | 'type' | 'roleArn' | 'functionArn'>;

/** Who is behind which access key. Whoever is unknown is the local administrator. */
export class Principals {
  readonly #place: Place;
  readonly #byAccessKey = new Map<string, Identity>();

  constructor(place: Place) {
    this.#place = place;
  }

  /** Credentials of a function under its role; the session bears the function's name, as on Lambda. */
  ofFunction(functionName: string, roleArn: string): Credentials {
    const identity = this.#session(roleArn, functionName);
    return this.#register({ ...identity, functionArn: functionArn(this.#place, functionName) });
  }

  /**
   * Credentials for an IAM role, an assumed role's session or an IAM user, of any account; a role gets a
   * session named `local`. The same ARN always gets the same credentials.
   *
   * @throws Error for another kind of ARN.
   */
  of(arn: string): Credentials {
    const { service, resource, accountId } = parseArn(arn);
    if (service === 'iam' && resource.startsWith('role/')) return this.#register(this.#session(arn, 'local'));
    if (service === 'iam' && resource.startsWith('user/')) return this.#register({ arn, type: 'IAMUser' });
    const role = /^assumed-role\/([^/]+)\/[^/]+$/.exec(resource)?.[1];
    if (service !== 'sts' || !role) {
      throw new Error(`credentials are for a role, an assumed role or a user, not for '${arn}'`);
    }
    return this.#register({ arn, type: 'AssumedRole', roleArn: `arn:aws:iam::${accountId}:role/${role}` });
  }

  /** The caller with this access key, coming from this address. */
  caller(accessKeyId: string | undefined, sourceAddress: string): LocalCaller {
    const known = accessKeyId === undefined ? undefined : this.#byAccessKey.get(accessKeyId);
    const identity = known ?? {
      arn: iamArn(this.#place, 'user/local-administrator'),
      type: 'IAMUser' as const,
    };
    return { ...identity, accessKeyId, sourceAddress };
  }

  #session(roleArn: string, sessionName: string): Identity {
    const { accountId, resource } = parseArn(roleArn);
    const role = resource.slice(resource.lastIndexOf('/') + 1);
    const arn = formatArn({ region: '', accountId }, 'sts', `assumed-role/${role}/${sessionName}`);
    return { arn, type: 'AssumedRole', roleArn };
  }

  #register(identity: Identity): Credentials {
    const digest = createHash('sha256')
      .update(`${identity.arn} ${identity.roleArn}`)
      .digest('hex')
      .toUpperCase();
    const temporary = identity.type === 'AssumedRole';
    const accessKeyId = `${temporary ? 'ASIA' : 'AKIA'}${digest.slice(0, 16)}`;
    this.#byAccessKey.set(accessKeyId, identity);
    const secretAccessKey = digest.slice(16, 56).toLowerCase();
    return temporary
      ? { accessKeyId, secretAccessKey, sessionToken: `local-${digest}` }
      : { accessKeyId, secretAccessKey };
  }
}
