import type { KubernetesApi } from "../smoke/kubernetes/kubernetes-api";
import { kubernetesLayer } from "../smoke/layers/kubernetes";
import type { SmokeReport } from "../smoke/report/smoke-report";
import { runSmoke } from "../smoke/run-smoke";
import type { Target } from "../smoke/target";
import { observeMesh, type ObservedMesh } from "./observe-mesh";
import type { Snapshot, Traffic } from "./snapshot";
import { EnvoyTraffic, prometheusTraffic, type PrometheusService } from "./traffic";

export interface WatchedMeshOptions {
  readonly environment: string;
  readonly target: Target;
  readonly api: KubernetesApi;
  /** @default the add-on, where the outputs have one */
  readonly prometheus?: PrometheusService;
  readonly signal: AbortSignal;
}

/** How old what is shown may be before it is looked at again. */
const lookMs = 4000;
const smokeMs = 20_000;

/** A mesh that is looked at while somebody looks at the page, and not beside. */
export class WatchedMesh {
  private readonly envoys: EnvoyTraffic;
  private looked: { readonly atMs: number; readonly snapshot: Promise<Omit<Snapshot, "smoke">> } | undefined;
  private smoke: SmokeReport | undefined;
  private smokeRuns: Promise<void> | undefined;
  private smokeEndedMs = -Infinity;
  /** What went wrong in a test that nobody waited for. */
  private fault: unknown;

  public constructor(private readonly options: WatchedMeshOptions) {
    this.envoys = new EnvoyTraffic(options.api);
  }

  /** What is to be shown now. */
  public async snapshot(): Promise<Snapshot> {
    const now = Date.now();
    if (this.fault !== undefined) throw this.takeFault();
    if (now - this.smokeEndedMs > smokeMs) {
      this.test("layers").catch((error: unknown) => {
        this.fault = error;
      });
    }
    if (this.looked === undefined || now - this.looked.atMs > lookMs) {
      this.looked = { atMs: now, snapshot: this.look(new Date(now)) };
    }
    const seen = await this.looked.snapshot;
    return { ...seen, ...(this.smoke === undefined ? {} : { smoke: this.smoke }) };
  }

  /** Runs the smoke test with the checks of the outputs, which may send many requests. */
  public async runChecks(): Promise<void> {
    await this.smokeRuns;
    await this.test("all");
  }

  private takeFault(): unknown {
    const { fault } = this;
    this.fault = undefined;
    return fault;
  }

  private async look(at: Date): Promise<Omit<Snapshot, "smoke">> {
    const { api, environment } = this.options;
    const { gatewayPods, ...observed } = await observeMesh(api, { gateways: this.gateways() }, at);
    return { environment, at, ...observed, traffic: await this.traffic(gatewayPods, at) };
  }

  private gateways() {
    return this.options.target.mesh?.outputs.gateways ?? {};
  }

  private async traffic(pods: ObservedMesh["gatewayPods"], at: Date): Promise<Traffic> {
    const { api } = this.options;
    // Its looks are kept also while Prometheus answers, which may go away.
    const ofEnvoys = await this.envoys.look(pods, at.getTime());
    const prometheus = this.options.prometheus ?? this.addon();
    if (prometheus === undefined) return ofEnvoys;
    const answer = await prometheusTraffic(api, prometheus, pods);
    return "source" in answer ? answer : { ...ofEnvoys, problem: answer.problem };
  }

  private addon(): PrometheusService | undefined {
    const found = this.options.target.mesh?.outputs.addons["prometheus"];
    const [namespace = "", name = ""] = found?.service.split("/") ?? [];
    return found === undefined ? undefined : { namespace, name, port: Number(found.port) };
  }

  /** One at a time; without the checks the last answers to them stay. */
  private test(what: "layers" | "all"): Promise<void> {
    this.smokeRuns ??= this.runTest(what).finally(() => {
      this.smokeRuns = undefined;
      this.smokeEndedMs = Date.now();
    });
    return this.smokeRuns;
  }

  private async runTest(what: "layers" | "all"): Promise<void> {
    const { api, target } = this.options;
    // Every run listens to its signal, and there are many runs.
    const signal = AbortSignal.any([this.options.signal]);
    const { mesh } = target;
    const asked =
      what === "all" || mesh === undefined
        ? target
        : { ...target, mesh: { ...mesh, unreadableChecks: [], outputs: { ...mesh.outputs, checks: [] } } };
    const settings = { timeoutSeconds: 0, tries: 1, requestTimeoutMs: 5000 };
    const report = await runSmoke(asked, settings, { signal, probeKubernetes: kubernetesLayer(api) });
    const before = this.smoke?.layers.filter(({ layer }) => layer === "checks") ?? [];
    this.smoke = what === "all" ? report : { ...report, layers: [...report.layers, ...before] };
  }
}
