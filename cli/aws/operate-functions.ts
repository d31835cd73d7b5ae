import { InvokeCommand, type InvokeCommandOutput, type LambdaClient } from '@aws-sdk/client-lambda';
import { functionName } from '../../lambda/contract.ts';
import { type OperateRequest, type OperateResponse, operateResponse } from '../../lambda/operate-protocol.ts';
import type { OperateFunctions } from '../cloud.ts';
import { parseJson } from '../parse-json.ts';
import { printable } from '../printable.ts';
import { NotDoneError } from '../problem.ts';
import { explainFailure } from './call-failure.ts';
import type { Target } from './target.ts';

/** The operate functions behind Lambda. The client must not repeat calls by itself. */
export class LambdaOperateFunctions implements OperateFunctions {
  readonly #client: LambdaClient;
  readonly #target: Target;

  constructor(client: LambdaClient, target: Target) {
    this.#client = client;
    this.#target = target;
  }

  async ask(account: string, request: OperateRequest): Promise<OperateResponse> {
    const name = functionName(account, 'operate');
    const answer = await this.#invoke(name, request, account);
    const text = new TextDecoder().decode(answer.Payload);
    if (answer.FunctionError !== undefined) throw functionFailed(name, text);
    const parsed = operateResponse.safeParse(parseJson(text));
    if (parsed.success) return parsed.data;
    throw new NotDoneError(
      `function ${name} answered in another form: deploy the version that this CLI is of`,
    );
  }

  async #invoke(name: string, request: OperateRequest, account: string): Promise<InvokeCommandOutput> {
    try {
      return await this.#client.send(
        new InvokeCommand({
          FunctionName: name,
          InvocationType: 'RequestResponse',
          Payload: JSON.stringify(request),
        }),
      );
    } catch (error) {
      throw explainFailure(error, {
        target: this.#target,
        action: 'lambda:InvokeFunction',
        resource: `function ${name}`,
        ...(request.act === 'status'
          ? {}
          : { ifLost: `it may have been done all the same; look first: npm run rekey -- status ${account}` }),
      });
    }
  }
}

/** Only words of one piece are shown: what a function threw is not known to hold no secret. */
function functionFailed(name: string, text: string): NotDoneError {
  const { errorType, errorMessage } = (parseJson(text) ?? {}) as Record<string, unknown>;
  const words = [errorType, errorMessage].filter(
    (word) => typeof word === 'string' && /^[\w.]{1,64}$/.test(word),
  );
  const reason = words.length > 0 ? ` (${words.join(', ')})` : '';
  return new NotDoneError(printable(`function ${name} failed${reason}: see its log, /aws/lambda/${name}`));
}
