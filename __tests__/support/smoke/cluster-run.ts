import { openKubeconfig } from "../../../smoke/kubernetes/kubeconfig-api";
import { kubernetesLayer } from "../../../smoke/layers/kubernetes";
import type { SmokeReport } from "../../../smoke/report/smoke-report";
import type { Target } from "../../../smoke/target";
import { apiServer, type ApiObjects } from "../kubernetes/api-server";
import { healthyCluster } from "../kubernetes/healthy-cluster";
import { meshOutputs } from "./mesh-outputs";
import { runOnce, type Once } from "./run-once";
import { healthyGateway, Servers } from "./servers";

/** Outputs of a mesh stack whose gateway answers on a port of loopback. */
export function targetAt(port: number, more: Partial<Target> = {}): Target {
  const url = `http://127.0.0.1:${port}/healthz`;
  const outputs = { ...meshOutputs, gateway_http_port: `${port}`, healthz_url: url };
  return {
    source: "memory",
    url: new URL(url),
    host: "127.0.0.1",
    istioRevision: "default",
    outputs,
    ...more,
  };
}

/** The verdict of one check, by its name. */
export function verdictOf(report: SmokeReport, name: string) {
  return report.layers.flatMap(({ checks }) => checks).find((check) => check.name === name)?.verdict;
}

/** A fake API server and a healthy gateway beside it. */
export async function clusterRuns() {
  const servers = new Servers();
  const api = await apiServer();
  const gatewayPort = await servers.http(healthyGateway);
  return {
    api,
    servers,
    gatewayPort,
    /** Runs once against a healthy cluster in which some objects are others; undefined: it is missing. */
    async run(
      objects: ApiObjects,
      { target = targetAt(gatewayPort), ...once }: Once = {},
    ): Promise<SmokeReport> {
      api.hold({ ...healthyCluster, ...objects });
      const probeKubernetes = kubernetesLayer(await openKubeconfig({ kubeconfig: api.kubeconfig }, 2000));
      return runOnce("", { target, ...once, dependencies: { ...once.dependencies, probeKubernetes } });
    },
    close: () => Promise.all([api.close(), servers.close()]),
  };
}
