import type { Check } from "../../contract/checks";
import { systemClock } from "../../smoke/clock";
import { openKubeconfig } from "../../smoke/kubernetes/kubeconfig-api";
import { SendFromPods } from "../../smoke/kubernetes/send-from-pods";
import { kubernetesLayer } from "../../smoke/layers/kubernetes";
import { findMeshOutputs } from "../../smoke/outputs/output-values";
import { targetFromOutputs } from "../../smoke/outputs/target-from-outputs";
import { runSmoke } from "../../smoke/run-smoke";
import type { Check as Answered } from "../../smoke/verdict";

/** Asks checks of what is deployed, once: what they say, in their order. */
export type AskChecks = (checks: readonly Check[]) => Promise<readonly Answered[]>;

export interface AskChecksOptions {
  /** Outputs of the stack that was deployed, as `terraform output -json` prints them. */
  readonly outputs: string;
  readonly kubeconfigPath: string;
  readonly signal: AbortSignal;
}

const requestTimeoutMs = 5000;

/** Asks by the smoke test's own layers, with what a kubeconfig adds to them. */
export async function askChecks({
  outputs,
  kubeconfigPath,
  ...options
}: AskChecksOptions): Promise<AskChecks> {
  const source = "the rehearsal";
  const { values } = findMeshOutputs(JSON.parse(outputs), source, undefined);
  const api = await openKubeconfig({ kubeconfig: kubeconfigPath }, requestTimeoutMs);
  const exec = await api.exec();
  return async (checks) => {
    const target = targetFromOutputs(values, { source });
    const { mesh } = target;
    if (mesh === undefined) throw new Error("the outputs are not those of a mesh");
    // Every run listens to its signal, and there are hundreds of runs.
    const signal = AbortSignal.any([options.signal]);
    const asked = { ...target, mesh: { ...mesh, outputs: { ...mesh.outputs, checks: [...checks] } } };
    const workloadRequests = new SendFromPods({ api, exec, clock: systemClock, signal, how: "exec" });
    const report = await runSmoke(
      asked,
      { timeoutSeconds: 0, tries: 1, requestTimeoutMs },
      { signal, probeKubernetes: kubernetesLayer(api), workloadRequests },
    );
    const layer = report.layers.find(({ layer: name }) => name === "checks");
    if (layer !== undefined && layer.checks.length > 0) return layer.checks;
    // A layer before them did not pass.
    const failed = report.layers.find(
      ({ verdict }) => verdict.status === "failed" || verdict.status === "pending",
    );
    return failed === undefined ? [] : [{ name: failed.layer, verdict: failed.verdict, durationMs: 0 }];
  };
}
