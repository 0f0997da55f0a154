import { type ObjectMetadata, metadataBlock } from "./kubernetes-object";

interface ServicePort {
  readonly appProtocol?: string;
  readonly name?: string;
  readonly nodePort?: number;
  readonly port: number;
  readonly protocol?: string;
  readonly targetPort?: number | string;
}

/** A Service as the API server shows it. */
export interface Service {
  readonly metadata: ObjectMetadata;
  readonly spec?: {
    readonly allocateLoadBalancerNodePorts?: boolean;
    readonly clusterIP?: string;
    readonly clusterIPs?: readonly string[];
    readonly externalIPs?: readonly string[];
    readonly externalName?: string;
    readonly externalTrafficPolicy?: string;
    readonly healthCheckNodePort?: number;
    readonly internalTrafficPolicy?: string;
    readonly ipFamilies?: readonly string[];
    readonly ipFamilyPolicy?: string;
    readonly loadBalancerClass?: string;
    readonly loadBalancerIP?: string;
    readonly loadBalancerSourceRanges?: readonly string[];
    readonly ports?: readonly ServicePort[];
    readonly publishNotReadyAddresses?: boolean;
    readonly selector?: Readonly<Record<string, string>>;
    readonly sessionAffinity?: string;
    readonly type?: string;
  };
  readonly status?: {
    readonly loadBalancer?: {
      readonly ingress?: readonly { readonly hostname?: string; readonly ip?: string }[];
    };
  };
}

/**
 * A Service as the data source `kubernetes_service_v1` shows it: blocks are lists, absent text is "".
 *
 * @param service undefined where there is none, which the provider does not count as an error
 * @see https://registry.terraform.io/providers/hashicorp/kubernetes/2.38.0/docs/data-sources/service_v1
 */
export function serviceAttributes(service: Service | undefined, asked: ObjectMetadata) {
  if (service === undefined) return { id: "", metadata: metadataBlock(asked), spec: [], status: [] };
  const { metadata, spec = {}, status = {} } = service;
  return {
    id: `${metadata.namespace ?? ""}/${metadata.name ?? ""}`,
    metadata: metadataBlock(metadata),
    spec: [
      {
        allocate_load_balancer_node_ports: spec.allocateLoadBalancerNodePorts ?? true,
        cluster_ip: spec.clusterIP ?? "",
        cluster_ips: spec.clusterIPs ?? [],
        external_ips: spec.externalIPs ?? [],
        external_name: spec.externalName ?? "",
        external_traffic_policy: spec.externalTrafficPolicy ?? "",
        health_check_node_port: spec.healthCheckNodePort ?? 0,
        internal_traffic_policy: spec.internalTrafficPolicy ?? "",
        ip_families: spec.ipFamilies ?? [],
        ip_family_policy: spec.ipFamilyPolicy ?? "",
        load_balancer_class: spec.loadBalancerClass ?? "",
        load_balancer_ip: spec.loadBalancerIP ?? "",
        load_balancer_source_ranges: spec.loadBalancerSourceRanges ?? [],
        port: (spec.ports ?? []).map(portBlock),
        publish_not_ready_addresses: spec.publishNotReadyAddresses ?? false,
        selector: spec.selector ?? {},
        session_affinity: spec.sessionAffinity ?? "",
        type: spec.type ?? "",
      },
    ],
    status: [
      {
        load_balancer: [
          {
            ingress: (status.loadBalancer?.ingress ?? []).map(({ hostname = "", ip = "" }) => ({
              hostname,
              ip,
            })),
          },
        ],
      },
    ],
  };
}

function portBlock({ appProtocol, name, nodePort, port, protocol, targetPort }: ServicePort) {
  return {
    app_protocol: appProtocol ?? "",
    name: name ?? "",
    node_port: nodePort ?? 0,
    port,
    protocol: protocol ?? "TCP",
    target_port: String(targetPort ?? port),
  };
}
