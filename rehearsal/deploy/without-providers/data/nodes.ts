import { type ObjectMetadata, metadataBlock } from "./kubernetes-object";

/** A node as the API server shows it. */
export interface Node {
  readonly metadata: ObjectMetadata;
  readonly spec?: {
    readonly podCIDR?: string;
    readonly podCIDRs?: readonly string[];
    readonly providerID?: string;
    readonly unschedulable?: boolean;
    readonly taints?: readonly { readonly key: string; readonly value?: string; readonly effect: string }[];
  };
  readonly status?: {
    readonly addresses?: readonly { readonly type: string; readonly address: string }[];
    readonly allocatable?: Readonly<Record<string, string>>;
    readonly capacity?: Readonly<Record<string, string>>;
    readonly nodeInfo?: Readonly<Record<string, string>>;
  };
}

/**
 * Nodes as the data source `kubernetes_nodes` shows them.
 *
 * @see https://registry.terraform.io/providers/hashicorp/kubernetes/2.38.0/docs/data-sources/nodes
 */
export function nodesAttributes(nodes: readonly Node[]) {
  return {
    nodes: nodes.map(({ metadata, spec = {}, status = {} }) => ({
      metadata: metadataBlock(metadata),
      spec: [
        {
          pod_cidr: spec.podCIDR ?? "",
          pod_cidrs: spec.podCIDRs ?? [],
          provider_id: spec.providerID ?? "",
          taints: (spec.taints ?? []).map(({ key, value = "", effect }) => ({ key, value, effect })),
          unschedulable: spec.unschedulable ?? false,
        },
      ],
      status: [
        {
          addresses: (status.addresses ?? []).map(({ type, address }) => ({ type, address })),
          allocatable: status.allocatable ?? {},
          capacity: status.capacity ?? {},
          node_info: status.nodeInfo === undefined ? [] : [snakeCased(status.nodeInfo)],
        },
      ],
    })),
  };
}

/** `kubeletVersion` becomes `kubelet_version`, `systemUUID` `system_uuid`. */
function snakeCased(fields: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const snake = (name: string) => name.replaceAll(/([a-z])([A-Z]+)/g, "$1_$2").toLowerCase();
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [snake(name), value]));
}
