import { type Pod } from "../api/objects";

/** Connections of one direction, as lists in istio-init's own form: `*`, or items with commas between. */
export interface Redirection {
  readonly toPort: string;
  readonly excludedPorts: string;
  readonly includedPorts: string;
  readonly excludedRanges: string;
  readonly includedRanges: string;
}

/** Which connections of a pod pass its sidecar. */
export interface Redirect {
  readonly inbound: Redirection;
  readonly outbound: Redirection;
}

/** What Envoy marks its connections with, so that they are not sent back to it. */
const sidecarMark = 1337;

const ownInboundPorts = "15008,15020,15021,15090";
/** pilot-agent's own connections to istiod, which it makes before Envoy is there. */
const controlPlanePorts = "15010,15012";

const annotationPrefix = "traffic.sidecar.istio.io/";

/**
 * What istio-init, or Istio's CNI plugin in its place, would set up for a pod; undefined without a sidecar, and with
 * one that takes no connections by itself (interception mode NONE).
 *
 * The init container's own arguments are read where it has some, else the pod's annotations, as the plugin does.
 *
 * @param resolver address that the pod asks for names, which is no part of the mesh
 */
export function redirectOf(pod: Pod, resolver: string): Redirect | undefined {
  const containers = [...(pod.spec.initContainers ?? []), ...pod.spec.containers];
  const proxy = containers.find(({ name, args }) => name === "istio-proxy" && args?.[1] === "sidecar");
  const { annotations = {} } = pod.metadata;
  if (proxy === undefined || annotations["sidecar.istio.io/interceptionMode"] === "NONE") return undefined;
  const init = containers.find(({ name }) => name === "istio-init");
  const given = (flag: string, annotation: string) =>
    init === undefined ? annotations[`${annotationPrefix}${annotation}`] : argumentAfter(init.args, flag);
  const joined = (...lists: (string | undefined)[]) =>
    lists.filter((list) => list !== undefined && list !== "").join(",");
  return {
    inbound: {
      toPort: argumentAfter(init?.args, "-z") ?? "15006",
      excludedPorts: joined(ownInboundPorts, given("-d", "excludeInboundPorts")),
      includedPorts: given("-b", "includeInboundPorts") ?? "*",
      excludedRanges: "",
      includedRanges: "",
    },
    outbound: {
      toPort: argumentAfter(init?.args, "-p") ?? "15001",
      excludedPorts: joined(controlPlanePorts, given("-o", "excludeOutboundPorts")),
      includedPorts: given("-q", "includeOutboundPorts") ?? "",
      excludedRanges: joined(`${resolver}/32`, given("-x", "excludeOutboundIPRanges")),
      includedRanges: given("-i", "includeOutboundIPRanges") ?? "*",
    },
  };
}

/** The arguments of the program `redirect`. */
export function redirectArguments({ inbound, outbound }: Redirect): readonly string[] {
  const of = (direction: string, redirection: Redirection) => [
    `--${direction}-to=${redirection.toPort}`,
    `--${direction}-exclude-ports=${redirection.excludedPorts}`,
    `--${direction}-include-ports=${redirection.includedPorts}`,
    `--${direction}-exclude-ranges=${redirection.excludedRanges}`,
    `--${direction}-include-ranges=${redirection.includedRanges}`,
  ];
  return [...of("inbound", inbound), ...of("outbound", outbound), `--mark=${sidecarMark.toString()}`];
}

const solSocket = 1;
const soMark = 36;

/**
 * Envoy's bootstrap, which marks all connections to upstreams.
 *
 * @param template Istio's template, which pilot-agent fills in; it writes a cluster_manager on some conditions
 */
export function markUpstreamConnections(template: string): string {
  const option = { level: solSocket, name: soMark, int_value: sidecarMark, state: "STATE_PREBIND" };
  const binding = `"upstream_bind_config": ${JSON.stringify({ socket_options: [option] })}`;
  // It ends with the brace of its own indentation.
  const conditional = /"cluster_manager": \{(.*?\n {2}\}\s*)\{\{- end \}\}/s;
  if (!conditional.test(template)) {
    throw new Error("Istio's bootstrap template has no cluster_manager in the form that is known");
  }
  return template.replace(
    conditional,
    (_, rest: string) =>
      `"cluster_manager": {\n${binding},${rest}{{- else }},\n"cluster_manager": {${binding}}\n{{- end }}`,
  );
}

function argumentAfter(args: readonly string[] | undefined, flag: string): string | undefined {
  const index = args?.indexOf(flag) ?? -1;
  return index === -1 ? undefined : args?.[index + 1];
}
