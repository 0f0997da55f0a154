import type { WorkloadRequest } from "../../contract/check-request";
import type { HttpObservation } from "../probes/http-probe";

/** How the requests of one check are sent. */
export interface SendingOptions {
  readonly repeat: number;
  /** Requests that are under way at once. */
  readonly concurrency: number;
  /** Of one request, from its start to the last byte of its answer. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** Tells the requests from others in logs, where the request has none of its own. */
  readonly userAgent: string;
}

/** `not-sent`: there is no way to send from there, which is said. */
export type Sending = { readonly kind: "sent" } | { readonly kind: "not-sent"; readonly why: string };

/**
 * Sends requests from inside a workload, through its sidecar. The smoke test does it with `pods/exec`, the rehearsal
 * by Istio's own echo server.
 */
export interface WorkloadRequests {
  /**
   * Sends a request a number of times.
   *
   * @param onObservation called once for each request that was sent, in any order
   */
  send(
    request: WorkloadRequest,
    options: SendingOptions,
    onObservation: (observation: HttpObservation) => void,
  ): Promise<Sending>;
}
