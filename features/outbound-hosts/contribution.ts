import type { Contribution, Feature } from "../../composition/contribution";
import type { ServiceEntryManifest, SidecarManifest } from "../../composition/manifests/istio";
import type { Manifest } from "../../composition/manifests/manifest";
import { istioNamespace } from "../../composition/namespace-names";
import type { Environment } from "../../config/environment";
import { gatewayIdentity } from "../gateways/gateway-identity";
import { collectorOf } from "../tracing/collector";
import { throughGateway } from "./egress-route";
import type { OutboundHost } from "./keys";

/**
 * Hosts outside of the mesh that workloads may call, by `policies.outbound`, and what holds them to it.
 *
 * @see https://istio.io/latest/docs/tasks/traffic-management/egress/
 */
export const outboundHosts: Feature = {
  name: "outbound-hosts",
  contribute: ({ environment }): Contribution => {
    const { hosts, proxyScope, networkPolicy } = environment.policies.outbound;
    return {
      policies: [
        ...hosts.map(serviceEntry),
        ...hosts.flatMap((host) => (host.gateway === undefined ? [] : throughGateway(host, host.gateway))),
        ...(proxyScope === "namespace" ? [ownNamespaceOnly(environment)] : []),
        ...(networkPolicy ? environment.mesh.namespaces.map(({ name }) => insideOnly(name)) : []),
      ],
    };
  },
};

/** Name of the objects of a host: dots are no matter, and a star is no character of a name. */
function objectName({ host, port }: OutboundHost): string {
  return `outbound-${host.replace("*", "any")}-${port}`;
}

function serviceEntry(outbound: OutboundHost): ServiceEntryManifest {
  const { host, port, protocol } = outbound;
  return {
    apiVersion: "networking.istio.io/v1",
    kind: "ServiceEntry",
    // In the root namespace all namespaces see it.
    metadata: { name: objectName(outbound), namespace: istioNamespace },
    spec: {
      hosts: [host],
      location: "MESH_EXTERNAL",
      resolution: host.startsWith("*") ? "NONE" : "DNS",
      ports: [{ number: port, name: protocol, protocol: protocol.toUpperCase() }],
    },
  };
}

function ownNamespaceOnly({ gateways, observability, policies }: Environment): SidecarManifest {
  const egress = gateways.filter(({ direction }) => direction === "egress");
  const { tracing } = observability;
  const collector = tracing === undefined ? undefined : collectorOf(tracing, policies);
  return {
    apiVersion: "networking.istio.io/v1",
    kind: "Sidecar",
    metadata: { name: "default", namespace: istioNamespace },
    spec: {
      egress: [
        {
          hosts: [
            "./*",
            `${istioNamespace}/*`,
            ...egress.map((one) => `${gatewayIdentity(one).namespace}/*`),
            // A proxy that is not told of it would send its spans nowhere.
            ...(collector?.kind === "service" ? [`${collector.namespace}/${collector.host}`] : []),
          ],
        },
      ],
    },
  };
}

function insideOnly(namespace: string): Manifest & { readonly spec: object } {
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: { name: "inside-only", namespace },
    // Pods of the cluster, DNS and egress gateways among them; addresses outside of it are in no selector.
    spec: { podSelector: {}, policyTypes: ["Egress"], egress: [{ to: [{ namespaceSelector: {} }] }] },
  };
}
