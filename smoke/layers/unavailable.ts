import type { AccessLogEntry } from "../kubernetes/access-log";
import type { FaultName } from "../faults/catalogue";

/** Texts in the body of Envoy's 503 and what they mean; the first that fits counts. */
const bodyFaults: readonly (readonly [RegExp, FaultName])[] = [
  [/no healthy upstream/, "route-no-healthy-upstream"],
  // Envoy speaks mutual TLS to a workload that answers in plain text, or neither trusts the other's CA.
  [
    /TLS_error|transport failure reason: TLS|WRONG_VERSION_NUMBER|CERTIFICATE_VERIFY_FAILED/i,
    "route-mtls-mismatch",
  ],
  [/reset reason: (remote )?connection failure/, "route-connection-failed"],
  [/reset reason: connection timeout|delayed connect error: 110/, "route-connection-timed-out"],
  // Plain text to a sidecar with strict mutual TLS ends like this, and so does a workload that crashes.
  [/reset reason: (connection termination|remote reset|protocol error)/, "route-upstream-reset"],
  [/reset reason: overflow/, "route-overflow"],
  [/upstream request timeout/, "route-upstream-timeout"],
];

/**
 * Envoy's response flags and what they mean.
 *
 * @see https://www.envoyproxy.io/docs/envoy/latest/configuration/observability/access_log/usage
 */
const flagFaults: Readonly<Record<string, FaultName>> = {
  UH: "route-no-healthy-upstream",
  UF: "route-connection-failed",
  UC: "route-upstream-reset",
  UR: "route-upstream-reset",
  UPE: "route-upstream-reset",
  UO: "route-overflow",
  UT: "route-upstream-timeout",
  NC: "route-no-cluster",
  NR: "route-not-found",
  UAEX: "route-denied",
};

/** Names the reason of a 503 or 504 by the access log's entry where there is one, else by its body. */
export function explainUnavailable(body: string, entry: AccessLogEntry | undefined): FaultName {
  const failure = [body, entry?.transportFailure, entry?.details].join(" ");
  const byBody = bodyFaults.find(([pattern]) => pattern.test(failure))?.[1];
  const byFlag = entry?.flags.map((flag) => flagFaults[flag]).find((fault) => fault !== undefined);
  if (byBody === "route-mtls-mismatch") return byBody;
  // A flag does not tell a connection that times out from one that is refused; the body does.
  if (byFlag === "route-connection-failed") return byBody ?? byFlag;
  return byFlag ?? byBody ?? "route-unavailable";
}
