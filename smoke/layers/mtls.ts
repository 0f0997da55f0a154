import type { Cluster } from "../kubernetes/cluster";
import { found, passed, type Verdict } from "../verdict";

type WorkloadAnswer = Awaited<ReturnType<Cluster["requestWorkload"]>>;

/** How a sidecar with strict mutual TLS ends a plain request, in the words of the API server. */
const refusal = /reset by peer|EOF|malformed HTTP|server closed|broken pipe|server gave HTTP/i;

/** Judges what the workload said to a plain request that did not come through the gateway. */
export function decideMtls(mode: "strict" | "permissive", path: string, answer: WorkloadAnswer): Verdict {
  const tried = `GET ${path} of the workload in plain text, through the API server's pod proxy`;
  switch (answer.kind) {
    case "no-workload":
      return found("mtls-inconclusive", { tried, got: answer.why });
    case "unreachable":
      return found("mtls-inconclusive", { tried, got: answer.detail });
    case "ok":
      return mode === "strict"
        ? found("mtls-plaintext-accepted", { tried, got: "an answer" })
        : passed(tried, "an answer, as expected of permissive mutual TLS");
    case "error": {
      const got = `${answer.status}: ${answer.message}`;
      if (!refusal.test(answer.message)) return found("mtls-inconclusive", { tried, got });
      return mode === "strict"
        ? passed(tried, `refused, ${got}`)
        : found("mtls-plaintext-refused", { tried, got });
    }
  }
}
