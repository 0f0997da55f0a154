/** What a sidecar has counted of what came in since it started. */
export interface InboundCount {
  readonly unit: "requests" | "connections";
  readonly plain: number;
  readonly mutual: number;
}

export interface ProxyStatistics {
  /** Empty where nothing came in, or nothing is counted. */
  readonly counts: readonly InboundCount[];
  /** Ports that plain text came to, where the counters name them. */
  readonly plainPorts: readonly number[];
  /** Workloads that sent plain text and told who they are, `<namespace>/<name>`. */
  readonly plainSources: readonly string[];
  /** 0 in its first seconds; undefined where the text has nothing of Envoy. */
  readonly uptimeSeconds: number | undefined;
}

/** A line of what a program shows to Prometheus. */
export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** The samples of a page in the text format of Prometheus. */
export function samplesOf(text: string): readonly Sample[] {
  return text.split("\n").flatMap((line) => {
    const [, name, labels = "", value] = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)/.exec(line) ?? [];
    if (name === undefined) return [];
    const pairs = [...labels.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(([, key = "", text = ""]) => [
      key,
      text,
    ]);
    return [{ name, labels: Object.fromEntries(pairs) as Record<string, string>, value: Number(value) }];
  });
}

const sum = (samples: readonly Sample[]) => samples.reduce((total, { value }) => total + value, 0);

/** Istio's own metrics: every request, or connection of TCP, with the security that it came by. */
function fromIstio(samples: readonly Sample[]): readonly InboundCount[] {
  const counted = [
    ["istio_requests_total", "requests"],
    ["istio_tcp_connections_opened_total", "connections"],
  ] as const;
  return counted.flatMap(([metric, unit]) => {
    const all = samples.filter(({ name, labels }) => name === metric && labels["reporter"] === "destination");
    if (all.length === 0) return [];
    const by = (policy: string) =>
      sum(all.filter(({ labels }) => labels["connection_security_policy"] === policy));
    return [{ unit, plain: by("none"), mutual: by("mutual_tls") }];
  });
}

const inboundListener = "0.0.0.0_15006";
const inboundPort = /^inbound_.*_(\d+)$/;

/** Envoy's own counters, for a proxy without Istio's: HTTP by port, and all else as what the listener has beside it. */
function fromEnvoy(samples: readonly Sample[]): {
  counts: readonly InboundCount[];
  ports: readonly number[];
} {
  const ofListener = (name: string) =>
    sum(samples.filter((one) => one.name === name && one.labels["listener_address"] === inboundListener));
  const ofManager = (name: string) =>
    samples.flatMap((one) => {
      const [, port] = inboundPort.exec(one.labels["http_conn_manager_prefix"] ?? "") ?? [];
      return one.name === name && port !== undefined ? [{ ...one, port: Number(port) }] : [];
    });
  const managed = ofManager("envoy_http_downstream_cx_total");
  const secured = ofManager("envoy_http_downstream_cx_ssl_total");
  const plainOf = ({ port, value }: { port: number; value: number }) =>
    value - sum(secured.filter((one) => one.port === port));
  const plainHttp = managed.reduce((total, one) => total + plainOf(one), 0);
  const [total, handshakes] = [
    ofListener("envoy_listener_downstream_cx_total"),
    ofListener("envoy_listener_ssl_handshake"),
  ];
  const failed = ofListener("envoy_listener_ssl_connection_error");
  const plain = Math.max(plainHttp, total - handshakes - failed);
  if (plain + handshakes === 0) return { counts: [], ports: [] };
  return {
    counts: [{ unit: "connections", plain, mutual: handshakes }],
    ports: managed.filter((one) => plainOf(one) > 0).map(({ port }) => port),
  };
}

const isKnown = (text: string | undefined): text is string =>
  text !== undefined && text !== "" && text !== "unknown";

/**
 * Reads what a proxy shows to Prometheus.
 *
 * @see https://istio.io/latest/docs/reference/config/metrics/
 */
export function readStatistics(text: string): ProxyStatistics {
  const samples = samplesOf(text);
  const uptimeSeconds = samples.find(({ name }) => name === "envoy_server_uptime")?.value;
  const counts = fromIstio(samples);
  if (counts.length === 0) {
    const { counts: ofEnvoy, ports } = fromEnvoy(samples);
    return { counts: ofEnvoy, plainPorts: ports, plainSources: [], uptimeSeconds };
  }
  const plainSources = samples.flatMap(({ labels, value }) => {
    const { connection_security_policy: policy, reporter, source_workload: name } = labels;
    const namespace = labels["source_workload_namespace"];
    if (policy !== "none" || reporter !== "destination" || value === 0) return [];
    return isKnown(name) && isKnown(namespace) ? [`${namespace}/${name}`] : [];
  });
  return { counts, plainPorts: [], plainSources: [...new Set(plainSources)], uptimeSeconds };
}
