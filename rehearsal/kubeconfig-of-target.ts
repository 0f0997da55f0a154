import { homedir } from "node:os";
import { isAbsolute, join } from "node:path";

import { InputError } from "../smoke/outputs/input-error";
import { readEnvironment } from "./prepare-stack";

/** The kubeconfig that an environment itself names. */
export function kubeconfigOfTarget(name: string): { kubeconfig: string; context: string } {
  const { target } = readEnvironment(name, new Date());
  if (target.kind !== "existing" || target.connection.kind !== "kubeconfig") {
    throw new InputError(
      `environments/${name}.yaml names no kubeconfig: give --kubeconfig or --context; the output kubeconfig_command says how a cloud's is written`,
    );
  }
  const { path, context } = target.connection;
  const home = path.replace(/^~(?=\/)/, homedir());
  return { kubeconfig: isAbsolute(home) ? home : join(__PROJECT_ROOT__, home), context };
}
