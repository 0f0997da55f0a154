import { randomBytes } from "node:crypto";
import type { WorkloadRequests } from "./checks/workload-requests";
import { systemClock, type Clock } from "./clock";
import { layerNames, type LayerName } from "./layer-name";
import type { Knowledge, Layer, LayerContext, ProbeSettings } from "./layers/layer";
import { probeDns } from "./layers/dns";
import { probeEnvoy } from "./layers/envoy";
import { probeNegative } from "./layers/negative";
import { probeOutputs } from "./layers/outputs";
import { probeRoute } from "./layers/route";
import { probeTcp } from "./layers/tcp";
import { probeTls } from "./layers/tls";
import { printable } from "./printable";
import { systemProbes, type Probes } from "./probes/probes";
import type { Attempt, LayerReport, Outcome, SmokeReport } from "./report/smoke-report";
import type { Target } from "./target";
import { skipped, verdictOfLayer, type Check, type Verdict } from "./verdict";
import { pauseMs } from "./wait";

/** How to probe. Every key has a default, so that `{}` is a run like that of the command line. */
export interface SmokeOptions {
  /** @default 3 */
  readonly tries?: number;
  /** Seconds to wait for what may still come; 0 probes once. @default 300 */
  readonly timeoutSeconds?: number;
  /** @default 5000 */
  readonly requestTimeoutMs?: number;
  /** @default 2000 */
  readonly slowAfterMs?: number;
  readonly expectBody?: string;
  readonly expectMtls?: "strict" | "permissive";
  /** PEM text. */
  readonly ca?: string;
}

/** What the run waits for. */
export interface Waiting {
  readonly layer: LayerName;
  readonly verdict: Verdict;
  readonly elapsedMs: number;
  readonly timeoutMs: number;
}

/** The world around a run; tests and the rehearsal bring their own parts. */
export interface SmokeDependencies {
  readonly probes: Probes;
  readonly clock: Clock;
  /** A number in [0, 1). */
  readonly random: () => number;
  /** Ends the run early; what is known is reported. */
  readonly signal: AbortSignal;
  /** The Kubernetes layer, where there is a kubeconfig. */
  readonly probeKubernetes?: Layer;
  readonly onWaiting: (waiting: Waiting) => void;
  /** Sends the checks that come from inside workloads. @default they are not checked, and say so */
  readonly workloadRequests?: WorkloadRequests;
}

const withoutKubeconfig: Layer = () =>
  Promise.resolve({
    checks: [{ name: "cluster", verdict: skipped("no --kubeconfig or --context"), durationMs: 0 }],
  });

const networkLayers = {
  outputs: probeOutputs,
  dns: probeDns,
  tcp: probeTcp,
  tls: probeTls,
  envoy: probeEnvoy,
  route: probeRoute,
  negative: probeNegative,
  // What a run without checks does not need is not loaded.
  checks: async (context: LayerContext) => (await import("./layers/checks")).probeChecks(context),
} as const;

/** The layers of a target, in their order: one without checks has no layer of them. */
function layersOf({ mesh }: Target): readonly LayerName[] {
  const hasChecks = mesh !== undefined && mesh.outputs.checks.length + mesh.unreadableChecks.length > 0;
  return hasChecks ? layerNames : layerNames.filter((name) => name !== "checks");
}

const isOpen = (verdict: Verdict) => verdict.status === "pending" || verdict.status === "failed";
const isCurable = (verdict: Verdict) =>
  verdict.status === "pending" || (verdict.status === "failed" && verdict.curable);

function outcomeOf(layers: readonly LayerReport[]): Outcome {
  const verdicts = layers.map(({ verdict }) => verdict.status);
  if (verdicts.includes("failed")) return "failed";
  return verdicts.some((status) => status === "pending" || status === "not-reached") ? "pending" : "passed";
}

/** The state of one run: what each layer said last, and what was learned on the way. */
class SmokeRun {
  private readonly reports = new Map<LayerName, { verdict: Verdict; checks: readonly Check[] }>();
  private readonly attempts = new Map<LayerName, Attempt[]>();
  private known: Knowledge = { addresses: [], reachable: [] };
  private readonly startedAt: Date;
  private readonly startMs: number;
  private readonly settings: ProbeSettings;
  private readonly timeoutMs: number;
  private readonly layers: readonly LayerName[];
  private readonly aborted: Promise<undefined>;
  private readonly userAgent = `istio-cdktf-smoke/${randomBytes(6).toString("hex")}`;

  constructor(
    private readonly target: Target,
    options: SmokeOptions,
    private readonly world: SmokeDependencies,
  ) {
    this.aborted = new Promise((resolve) => {
      world.signal.addEventListener("abort", () => {
        resolve(undefined);
      });
    });
    this.layers = layersOf(target);
    this.startedAt = world.clock.date();
    this.startMs = world.clock.now();
    this.timeoutMs = (options.timeoutSeconds ?? 300) * 1000;
    const { expectBody, expectMtls, ca } = options;
    this.settings = {
      tries: options.tries ?? 3,
      requestTimeoutMs: options.requestTimeoutMs ?? 5000,
      slowAfterMs: options.slowAfterMs ?? 2000,
      ...(expectBody === undefined ? {} : { expectBody }),
      ...(expectMtls === undefined ? {} : { expectMtls }),
      ...(ca === undefined ? {} : { ca }),
    };
  }

  async run(): Promise<SmokeReport> {
    const { signal, clock, random } = this.world;
    let from: LayerName = "outputs";
    for (let round = 1; !signal.aborted; round++) {
      const open = await this.probeFrom(from);
      if (open === undefined || !isCurable(open.verdict)) break;
      const leftMs = this.timeoutMs - this.elapsedMs();
      if (leftMs <= 0 || this.isAborted()) break;
      this.world.onWaiting({ ...open, elapsedMs: this.elapsedMs(), timeoutMs: this.timeoutMs });
      await clock.sleep(Math.min(pauseMs(round, random()), leftMs), signal);
      // Addresses behind a name come and go while a load balancer starts: resolve anew for every later layer.
      from = layerNames.indexOf(open.layer) > layerNames.indexOf("dns") ? "dns" : open.layer;
    }
    return this.report();
  }

  /** Probes in order and stops at the first layer that does not pass. */
  private async probeFrom(first: LayerName): Promise<{ layer: LayerName; verdict: Verdict } | undefined> {
    for (const layer of this.layers.slice(this.layers.indexOf(first))) {
      const verdict = await this.probe(layer);
      if (verdict === undefined) return undefined;
      if (!isOpen(verdict)) continue;
      for (const later of this.layers.slice(this.layers.indexOf(layer) + 1)) this.reports.delete(later);
      return { layer, verdict };
    }
    return undefined;
  }

  private async probe(layer: LayerName): Promise<Verdict | undefined> {
    const { clock } = this.world;
    const run =
      layer === "kubernetes" ? (this.world.probeKubernetes ?? withoutKubeconfig) : networkLayers[layer];
    const startMs = this.elapsedMs();
    const result = await Promise.race([run(this.contextFor(layer)), this.aborted]);
    if (result === undefined) return undefined;
    const verdict = verdictOfLayer(result.checks);
    this.known = { ...this.known, ...result.learned };
    this.reports.set(layer, { verdict, checks: result.checks });
    const attempt = { startMs, durationMs: clock.now() - this.startMs - startMs, status: verdict.status };
    this.attempts.set(layer, [...(this.attempts.get(layer) ?? []), attempt]);
    return verdict;
  }

  private contextFor(layer: LayerName): LayerContext {
    const elapsedMs = this.elapsedMs();
    return {
      target: this.target,
      settings: this.settings,
      probes: this.world.probes,
      clock: this.world.clock,
      known: this.known,
      ...(this.world.workloadRequests === undefined ? {} : { workloadRequests: this.world.workloadRequests }),
      userAgent: this.userAgent,
      signal: this.world.signal,
      waitedMs: elapsedMs - (this.attempts.get(layer)?.[0]?.startMs ?? elapsedMs),
      remainingMs: Math.max(0, this.timeoutMs - elapsedMs),
    };
  }

  private elapsedMs(): number {
    return this.world.clock.now() - this.startMs;
  }

  private isAborted(): boolean {
    return this.world.signal.aborted;
  }

  private report(): SmokeReport {
    let last: LayerName = "outputs";
    const layers = this.layers.map((layer): LayerReport => {
      const attempts = this.attempts.get(layer) ?? [];
      const known = this.reports.get(layer);
      if (known === undefined)
        return { layer, verdict: { status: "not-reached", after: last }, checks: [], attempts };
      last = layer;
      return { layer, ...known, attempts };
    });
    const { target } = this;
    return {
      ...(target.environment === undefined ? {} : { environment: printable(target.environment, 200) }),
      source: printable(target.source, 500),
      url: printable(target.url.href),
      startedAt: this.startedAt,
      durationMs: this.elapsedMs(),
      outcome: outcomeOf(layers),
      interrupted: this.isAborted(),
      layers,
    };
  }
}

/** Probes a gateway layer by layer, waits for what may still come, and reports. */
export function runSmoke(
  target: Target,
  options: SmokeOptions = {},
  dependencies: Partial<SmokeDependencies> = {},
): Promise<SmokeReport> {
  return new SmokeRun(target, options, {
    probes: systemProbes,
    clock: systemClock,
    random: Math.random,
    signal: new AbortController().signal,
    onWaiting: () => undefined,
    ...dependencies,
  }).run();
}
