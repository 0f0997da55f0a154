import type { WorkloadRequests } from "../checks/workload-requests";
import type { Clock } from "../clock";
import { printable } from "../printable";
import type { Probes } from "../probes/probes";
import type { Trust } from "../probes/trust";
import type { Target } from "../target";
import type { Check, Verdict } from "../verdict";
import type { Cluster } from "../kubernetes/cluster";

/** What is probed and how strictly. */
export interface ProbeSettings {
  /** Tries in a row that the route has to pass. */
  readonly tries: number;
  /** A single connection, handshake or request may take this long. */
  readonly requestTimeoutMs: number;
  /** A right answer that takes longer is reported as slow. */
  readonly slowAfterMs: number;
  /** Text that the body of the health answer contains. */
  readonly expectBody?: string;
  readonly expectMtls?: "strict" | "permissive";
  /** PEM text of the CA to trust instead of the outputs' and the system's. */
  readonly ca?: string;
}

/** What earlier layers found out for later ones. */
export interface Knowledge {
  /** Addresses that the URL's host stands for. */
  readonly addresses: readonly string[];
  /** Those that accepted a connection. */
  readonly reachable: readonly string[];
  readonly trust?: Trust;
  /** The cluster behind the gateway; only with a kubeconfig. */
  readonly cluster?: Cluster;
  /** Checks of the environment that passed, or that nobody can ask, by name. */
  readonly doneChecks?: ReadonlyMap<string, Check>;
  /** Seconds since the routes of the gateway, or its pods, last changed; only with a kubeconfig. */
  readonly configAgeSeconds?: number;
}

export interface LayerContext {
  readonly target: Target;
  readonly settings: ProbeSettings;
  readonly probes: Probes;
  readonly clock: Clock;
  readonly known: Knowledge;
  /** Sends from inside workloads, where that is asked for. */
  readonly workloadRequests?: WorkloadRequests;
  /** Identifies the requests of this run in access logs. */
  readonly userAgent: string;
  /** Aborted when the run is interrupted. */
  readonly signal: AbortSignal;
  /** Since the layer was first probed. */
  readonly waitedMs: number;
  /** Until the run gives up; 0: this is the last try. */
  readonly remainingMs: number;
}

/** What a layer found, and what later layers may use. */
export interface LayerResult {
  readonly checks: readonly Check[];
  readonly learned?: Partial<Knowledge>;
}

export type Layer = (context: LayerContext) => Promise<LayerResult>;

/** Runs one question and times it. */
export async function check(
  clock: Clock,
  name: string,
  ask: () => Promise<Verdict> | Verdict,
): Promise<Check> {
  const start = clock.now();
  const verdict = await ask();
  return { name: printable(name, 200), verdict, durationMs: clock.now() - start };
}
