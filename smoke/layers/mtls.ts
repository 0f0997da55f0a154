import type { Cluster, PlainRequest } from "../kubernetes/cluster";
import { found, passed, type Verdict } from "../verdict";

/** How a sidecar with strict mutual TLS ends a plain request, in the words of the API server. */
const refusal = /reset by peer|EOF|malformed HTTP|server closed|broken pipe|server gave HTTP/i;

type Reaction = "answered" | "refused" | "unknown";

/** Whatever status a workload answers with, it has read a plain request. */
function reactionOf({ answer }: PlainRequest): Reaction {
  if (answer.kind === "ok") return "answered";
  if (answer.kind === "unreachable") return "unknown";
  if (answer.isProxied) return "answered";
  return refusal.test(answer.message) ? "refused" : "unknown";
}

function describe({ pod, answer }: PlainRequest): string {
  switch (answer.kind) {
    case "ok":
      return `${pod} answered`;
    case "unreachable":
      return `${pod}: ${answer.detail}`;
    case "error":
      return `${pod}: ${answer.status}: ${answer.message}`;
  }
}

/** What decides over the pods that react otherwise than expected. */
function adviceFor(mode: "strict" | "permissive", { pod, policy, proxy }: PlainRequest): string {
  const wanted = mode === "strict" ? "STRICT" : "PERMISSIVE";
  if (mode === "strict" && proxy === "none") {
    return `pod ${pod} has no sidecar, and is not in ambient mode: nothing refuses plain text for it; label its namespace for injection, and restart it`;
  }
  const says =
    policy.decidedBy === undefined
      ? "no PeerAuthentication is for it, so that Istio's default, PERMISSIVE, holds"
      : `PeerAuthentication ${policy.decidedBy} says ${policy.mode} for it`;
  return policy.mode === wanted
    ? `${says}, but pod ${pod} does otherwise: its sidecar may not have the configuration yet (istioctl proxy-status)`
    : `${says}: set ${wanted} for its namespace, workload or port`;
}

/** Judges what the pods of the workload said to plain requests that did not come through the gateway. */
export function decideMtls(
  mode: "strict" | "permissive",
  path: string,
  result: Awaited<ReturnType<Cluster["requestWorkload"]>>,
): Verdict {
  const tried = `GET ${path} of every pod of the workload in plain text, through the API server's pod proxy`;
  if (result.kind === "no-workload") return found("mtls-inconclusive", { tried, got: result.why });
  const { requests } = result;
  const wanted = mode === "strict" ? "refused" : "answered";
  const wrong = requests.find((request) => ![wanted, "unknown"].includes(reactionOf(request)));
  if (wrong !== undefined) {
    const fault = mode === "strict" ? "mtls-plaintext-accepted" : "mtls-plaintext-refused";
    return found(fault, { tried, got: describe(wrong), next: adviceFor(mode, wrong) });
  }
  const unknown = requests.find((request) => reactionOf(request) === "unknown");
  if (unknown !== undefined) return found("mtls-inconclusive", { tried, got: describe(unknown) });
  const off = requests.find(({ policy }) => policy.mode === "DISABLE");
  if (mode === "permissive" && off !== undefined) {
    const got = `PeerAuthentication ${off.policy.decidedBy} says DISABLE for pod ${off.pod}`;
    return found("mtls-disabled", { tried, got });
  }
  const [first] = requests;
  const by = first?.policy.decidedBy === undefined ? "" : `, by PeerAuthentication ${first.policy.decidedBy}`;
  const what = mode === "strict" ? "refused" : "answered, as expected of permissive mutual TLS";
  const got =
    first === undefined
      ? what
      : `${what} by ${requests.length} of ${requests.length} pods${by}; ${describe(first)}`;
  return passed(tried, got);
}
