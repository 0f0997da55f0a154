import { CommandError, run } from "../../rehearsal/namespace/run-command";
import type { KubeconfigOptions } from "../../smoke/kubernetes/kubeconfig-api";

const timeoutMilliseconds = 60_000;

/** What `istioctl x precheck` says of the cluster, in a line or more; why it was not asked where it could not be. */
export async function precheck(connection: KubeconfigOptions | undefined): Promise<string> {
  if (connection === undefined) {
    return "istioctl x precheck: not asked, for nothing names the cluster; give --kubeconfig or --context";
  }
  const { kubeconfig, context } = connection;
  const args = [
    ...(kubeconfig === undefined ? [] : ["--kubeconfig", kubeconfig]),
    ...(context === undefined ? [] : ["--context", context]),
  ];
  try {
    const said = await run("istioctl", ["x", "precheck", ...args], { timeoutMilliseconds });
    // That all is well it says on the error output.
    return `istioctl x precheck: ${said.trim() === "" ? "no issues found" : said.trim()}`;
  } catch (error) {
    if (error instanceof CommandError) return `istioctl x precheck: ${(error.stdout + error.stderr).trim()}`;
    return "istioctl x precheck: not asked, for there is no istioctl on the PATH";
  }
}
