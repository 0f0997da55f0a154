import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { run } from "../../rehearsal/namespace/run-command";
import { findProgram } from "../../rehearsal/programs/find-program";
import { places } from "../../rehearsal/render/render-environment";
import { InputError } from "../../rehearsal/render/synthesize";
import type { ClusterPrograms } from "./cluster-side";

/** The context that an environment file names; the file is known to be valid. */
export function contextOf(name: string): string | undefined {
  const text = readFileSync(join(__PROJECT_ROOT__, "environments", `${name}.yaml`), "utf8");
  const { target } = parse(text) as { target: { connection?: { context?: string } } };
  return target.connection?.context;
}

/**
 * The programs that look into a cluster, on this machine.
 *
 * @throws InputError where there is no kubectl, or no such context
 */
export async function clusterPrograms(
  context: string | undefined,
  helm: string,
  kubeconfig: string | undefined,
): Promise<ClusterPrograms> {
  const kubectl = await findProgram("kubectl", places);
  if (kubectl === undefined) {
    throw new InputError(
      "kubectl 1.34 to 1.36 is needed, and there is none on the PATH; install it, or get it with: npm run rehearse -- --tools",
    );
  }
  const environment = { ...process.env, ...(kubeconfig === undefined ? {} : { KUBECONFIG: kubeconfig }) };
  const programs: ClusterPrograms = { kubectl: kubectl.path, helm, run, environment, context };
  const known = (await run(kubectl.path, ["config", "get-contexts", "--output=name"], { environment })).split(
    "\n",
  );
  if (context !== undefined && !known.includes(context)) {
    const names = known.filter((name) => name !== "");
    const offered = names.length === 0 ? "it has none" : `it has ${names.join(", ")}`;
    throw new InputError(
      `the kubeconfig has no context ${context}; ${offered}. Name one by --context, or another file by --kubeconfig`,
    );
  }
  return programs;
}
