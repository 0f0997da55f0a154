/** One line of Envoy's access log, in Istio's text form or as JSON; "" where the log has nothing. */
export interface AccessLogEntry {
  readonly status: number;
  readonly flags: readonly string[];
  /** Envoy's response code details. */
  readonly details: string;
  readonly transportFailure: string;
  /** Address and port of the endpoint that the request went to. */
  readonly upstreamHost: string;
  /** Such as `outbound|9080|v2|reviews.bookinfo.svc.cluster.local`. */
  readonly upstreamCluster: string;
  readonly route: string;
  /** Address and port of who sent it, as far as Envoy believes its headers. */
  readonly remoteAddress: string;
  /** The server name of its TLS handshake; sidecars name the Service, "" is plain text. */
  readonly serverName: string;
}

const textOf = (value: unknown) => (typeof value === "string" && value !== "-" ? value : "");

function fromJson(line: string): AccessLogEntry | undefined {
  try {
    const entry = JSON.parse(line) as Record<string, unknown>;
    return {
      status: Number(entry["response_code"]),
      flags: textOf(entry["response_flags"]).split(",").filter(Boolean),
      details: textOf(entry["response_code_details"]),
      transportFailure: textOf(entry["upstream_transport_failure_reason"]),
      upstreamHost: textOf(entry["upstream_host"]),
      upstreamCluster: textOf(entry["upstream_cluster"]),
      route: textOf(entry["route_name"]),
      remoteAddress: textOf(entry["downstream_remote_address"]),
      serverName: textOf(entry["requested_server_name"]),
    };
  } catch {
    return undefined;
  }
}

/**
 * Reads a line of the access log; undefined when it is none.
 *
 * @see https://istio.io/latest/docs/tasks/observability/logs/access-log/#default-access-log-format
 */
export function parseAccessLog(line: string): AccessLogEntry | undefined {
  if (line.startsWith("{")) return fromJson(line);
  const [, rest] = /^\[[^\]]+\] "[^"]*" (\d{1,3} .*)$/.exec(line) ?? [];
  if (rest === undefined) return undefined;
  const words = [...rest.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, bare]) => textOf(quoted ?? bare));
  // status flags details connection-details "transport failure" received sent duration upstream-time
  // "forwarded-for" "agent" "id" "authority" "upstream host" cluster local downstream-local remote server-name route
  const [status, flags = "", details = "", , transportFailure = ""] = words;
  return {
    status: Number(status),
    flags: flags.split(",").filter(Boolean),
    details,
    transportFailure,
    upstreamHost: words[13] ?? "",
    upstreamCluster: words[14] ?? "",
    route: words[19] ?? "",
    remoteAddress: words[17] ?? "",
    serverName: words[18] ?? "",
  };
}
