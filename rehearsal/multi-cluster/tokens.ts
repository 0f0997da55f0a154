import { rmSync } from "node:fs";
import { join } from "node:path";

import type { ApiClient } from "../api/client";
import type { KubernetesObject } from "../api/objects";
import { run } from "../namespace/run-command";
import { StepFailure, type StepOutcome } from "../steps";

export interface NoTokenOptions {
  readonly terraform: string;
  readonly stackFolder: string;
  readonly environment: NodeJS.ProcessEnv;
  /** Clusters that hold the Secrets which the stack wrote. */
  readonly apis: readonly Pick<ApiClient, "list">[];
}

const remoteSecrets = "/api/v1/namespaces/istio-system/secrets?labelSelector=istio%2FmultiCluster%3Dtrue";
/** How a JSON web token begins: `{"alg"` in base64. */
const token = /eyJhbGciO/;

/**
 * Looks for tokens in the state of a link and in a plan that writes all of its Secrets anew, after it has found one in
 * every Secret of the clusters.
 *
 * @throws StepFailure where one is found, and where a Secret has none
 */
export async function requireNoToken(options: NoTokenOptions): Promise<StepOutcome> {
  const { terraform, stackFolder, environment, apis } = options;
  let secrets = 0;
  for (const api of apis) {
    for (const { data = {}, metadata } of await api.list<
      KubernetesObject & { data?: Readonly<Record<string, string>> }
    >(remoteSecrets)) {
      secrets++;
      const texts = Object.values(data).map((value) => Buffer.from(value, "base64").toString());
      if (!texts.some((text) => token.test(text)))
        throw new StepFailure(`Secret ${metadata.name} has no token: nothing would be found anywhere`);
    }
  }
  if (secrets === 0) throw new StepFailure("no cluster has a remote Secret");
  const planFile = join(stackFolder, "every-secret.tfplan");
  const state = await run(terraform, ["state", "pull"], { cwd: stackFolder, environment });
  const addresses = [...state.matchAll(/"name": "([^"]*_secret_[0-9A-F]{8})"/g)].map(
    ([, name]) => `-replace=kubernetes_secret_v1.${name ?? ""}`,
  );
  if (addresses.length !== secrets) {
    throw new StepFailure(
      `${addresses.length.toString()} Secrets in the state, ${secrets.toString()} in clusters`,
    );
  }
  await run(terraform, ["plan", "-input=false", `-out=${planFile}`, ...addresses], {
    cwd: stackFolder,
    environment,
  });
  const plan = await run(terraform, ["show", "-json", planFile], { cwd: stackFolder, environment });
  rmSync(planFile);
  for (const [what, text] of [
    ["state", state],
    ["plan", plan],
  ] as const) {
    if (token.test(text)) throw new StepFailure(`the ${what} of the link has a token`);
  }
  if (!plan.includes('"data_wo_revision"')) throw new StepFailure("the plan writes no Secret");
  return { detail: `in ${secrets.toString()} Secrets, and nowhere else` };
}
