import { type Pod } from "../api/objects";

/** Which of a pod's TCP connections go through its sidecar; what the program `redirect` takes, as JSON. */
export interface Redirect {
  readonly inbound: { readonly toPort: number; readonly excludedPorts: readonly number[] };
  readonly outbound: {
    readonly toPort: number;
    /** Mark of Envoy's own connections. */
    readonly mark: number;
    readonly excludedPorts: readonly number[];
    readonly excludedRanges: readonly string[];
    /** Empty for all. */
    readonly onlyPorts: readonly number[];
    readonly onlyRanges: readonly string[];
  };
}

/** Mark that Envoy's bootstrap sets on its connections, after the user id that Istio tells them by. */
export const envoyMark = 1337;

/** Readiness, metrics and tunnels of the sidecar itself. */
const sidecarPorts = [15008, 15020, 15021, 15090];
/** istiod's: the agent has no mark, and asks before Envoy runs. */
const istiodPorts = [15010, 15012];

const annotation = "traffic.sidecar.istio.io";

/**
 * What istio-init, or Istio's CNI plugin in its place, would set up for a pod; undefined without a sidecar.
 *
 * The init container's own arguments are read where it has some, else the annotations that they are made from.
 *
 * @param address the pod's own address, which is never redirected
 * @param kubernetesAddress the API server's, which the agent asks
 * @see https://istio.io/latest/docs/reference/config/annotations/
 */
export function redirectOf(pod: Pod, address: string, kubernetesAddress: string): Redirect | undefined {
  const containers = [...(pod.spec.initContainers ?? []), ...pod.spec.containers];
  const sidecar = containers.some(({ name, args }) => name === "istio-proxy" && args?.[1] === "sidecar");
  if (!sidecar) return undefined;
  const init = containers.find(({ name }) => name === "istio-init")?.args;
  const setting = (flag: string, name: string): readonly string[] => {
    const text = argumentAfter(init, flag) ?? pod.metadata.annotations?.[`${annotation}/${name}`] ?? "";
    return text
      .split(",")
      .map((item) => item.trim())
      .filter((item) => item !== "");
  };
  const ports = (texts: readonly string[]) => texts.map(Number).filter((port) => port > 0 && port < 65536);
  const onlyRanges = setting("-i", "includeOutboundIPRanges").filter((range) => range !== "*");
  return {
    inbound: {
      toPort: Number(argumentAfter(init, "-z") ?? 15006),
      excludedPorts: [...new Set([...sidecarPorts, ...ports(setting("-d", "excludeInboundPorts"))])],
    },
    outbound: {
      toPort: Number(argumentAfter(init, "-p") ?? 15001),
      mark: envoyMark,
      excludedPorts: [...new Set([...istiodPorts, ...ports(setting("-o", "excludeOutboundPorts"))])],
      excludedRanges: [
        "127.0.0.0/8",
        `${address}/32`,
        `${kubernetesAddress}/32`,
        ...setting("-x", "excludeOutboundIPRanges").map(asRange),
      ],
      onlyPorts: onlyRanges.length === 0 ? [] : ports(setting("-q", "includeOutboundPorts")),
      onlyRanges: onlyRanges.map(asRange),
    },
  };
}

/** An address alone is a range of its own. */
function asRange(text: string): string {
  return text.includes("/") ? text : `${text}/32`;
}

/** Envoy's bootstrap template with the mark on every connection that it opens. */
export function withEnvoyMark(bootstrap: string): string {
  const options = [{ level: 1, name: 36, int_value: envoyMark, state: "STATE_PREBIND" }];
  const bind = `"upstream_bind_config": ${JSON.stringify({ socket_options: options })},`;
  const condition = "{{ if or .outlier_log_path .load_stats_config_json_str .enable_self_discovery }}";
  const opening = '"cluster_manager": {';
  if (!bootstrap.includes(condition) || !bootstrap.includes(opening)) {
    throw new Error(
      "Istio's envoy_bootstrap.json has no cluster_manager where this project expects it; see rehearsal/kubelet/redirect.ts",
    );
  }
  return bootstrap.replace(condition, "{{ if true }}").replace(opening, `${opening}\n    ${bind}`);
}

function argumentAfter(args: readonly string[] | undefined, flag: string): string | undefined {
  const index = args?.indexOf(flag) ?? -1;
  return index === -1 ? undefined : args?.[index + 1];
}
