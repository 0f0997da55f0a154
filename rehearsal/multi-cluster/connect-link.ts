import type { StackJson } from "../deploy/replacements";

/** A member as the rehearsal runs it. */
export interface RehearsedMember {
  readonly environment: string;
  readonly kubeconfigPath: string;
  /** Where the mesh file says that its API server is; undefined where the stack looks it up. */
  readonly apiServer: string | undefined;
  /** Where it is in the rehearsal. */
  readonly rehearsedApiServer: string;
}

/**
 * Connects the stack that joins clusters to those of the rehearsal.
 *
 * Everything that this changes is on the list it returns.
 */
export function connectLink(
  original: StackJson,
  members: readonly RehearsedMember[],
  statePath: string,
): { readonly stack: StackJson; readonly replacements: readonly string[] } {
  let text = JSON.stringify(original);
  const replacements = ["provider configuration of the link: the kubeconfig of each member's rehearsal"];
  for (const { environment, apiServer, rehearsedApiServer } of members) {
    if (apiServer === undefined) continue;
    text = text.replaceAll(`\\"${apiServer}\\"`, `\\"${rehearsedApiServer}\\"`);
    replacements.push(`API server of ${environment}: ${rehearsedApiServer} in place of ${apiServer}`);
  }
  const stack = JSON.parse(text) as StackJson;
  stack.provider = {
    kubernetes: members.map(({ environment, kubeconfigPath }) => ({
      alias: environment,
      config_path: kubeconfigPath,
    })),
  };
  stack.terraform = { ...stack.terraform, backend: { local: { path: statePath } } };
  return { stack, replacements };
}
