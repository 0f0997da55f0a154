import type { GatewayServiceValues } from "../../composition/chart-values/gateway";
import { aksNames } from "../../composition/cloud-names/aks-names";
import type { GuardedAnnotations, ServiceContext } from "../exposure-kind";
import { statusPort } from "../status-port";
import type { AzureLbExposure } from "./keys";
import type { Target } from "../../config/target/target";

const prefix = "service.beta.kubernetes.io";

const probes = "remove it: every port is probed by Envoy's readiness";

/** Annotations that follow from the exposure. */
export const guardedAnnotations: GuardedAnnotations = {
  [`${prefix}/azure-load-balancer-internal`]: "set exposure.scheme",
  [`${prefix}/azure-load-balancer-ipv4`]: "set exposure.privateAddress",
  [`${prefix}/azure-pip-name`]: "set exposure.staticAddress",
  [`${prefix}/azure-load-balancer-resource-group`]: "set exposure.staticAddress",
  [`${prefix}/azure-dns-label-name`]: "set exposure.dnsLabel",
  [`${prefix}/azure-allowed-ip-ranges`]: "set exposure.allowedSourceRanges",
  [`${prefix}/azure-allowed-service-tags`]: "set exposure.allowedServiceTags",
  [`${prefix}/azure-load-balancer-internal-subnet`]: "set exposure.subnetName",
  [`${prefix}/azure-load-balancer-health-probe-interval`]: "set exposure.probe.intervalSeconds",
  [`${prefix}/azure-load-balancer-health-probe-num-of-probe`]: "set exposure.probe.failures",
  [`${prefix}/port_*_health-probe_interval`]: "set exposure.probe.intervalSeconds",
  [`${prefix}/port_*_health-probe_num-of-probe`]: "set exposure.probe.failures",
  [`${prefix}/azure-load-balancer-health-probe-protocol`]: probes,
  [`${prefix}/azure-load-balancer-health-probe-request-path`]: probes,
  [`${prefix}/port_*_no_lb_rule`]:
    "set exposure.exposeStatusPort, or remove the port from the gateway's ports",
  [`${prefix}/port_*_no_probe_rule`]: probes,
  [`${prefix}/port_*_health-probe_protocol`]: probes,
  [`${prefix}/port_*_health-probe_port`]: probes,
  [`${prefix}/port_*_health-probe_request-path`]: probes,
};

/**
 * A Service that Azure's Standard Load Balancer answers.
 *
 * @see https://cloud-provider-azure.sigs.k8s.io/topics/loadbalancer/
 */
export function azureLbService(exposure: AzureLbExposure, context: ServiceContext): GatewayServiceValues {
  return {
    type: "LoadBalancer",
    // With Local a node without a gateway pod gets no traffic, and the client's address is kept.
    externalTrafficPolicy: exposure.preserveClientIp ? "Local" : "Cluster",
    // Nodes drop what is outside of these ranges, clients with a service tag among them.
    ...(exposure.allowedSourceRanges.length > 0 &&
      exposure.allowedServiceTags.length === 0 && {
        loadBalancerSourceRanges: exposure.allowedSourceRanges,
      }),
    annotations: {
      ...clientAnnotations(exposure),
      ...probeTiming(exposure),
      ...addressAnnotations(exposure, context),
      ...(exposure.exposeStatusPort
        ? probeAnnotations(context.ports)
        : {
            ...probeAnnotations(context.ports.filter((port) => port !== statusPort)),
            ...withoutRule(statusPort),
          }),
    },
  };
}

function clientAnnotations({
  allowedSourceRanges,
  allowedServiceTags,
}: AzureLbExposure): Record<string, string> {
  if (allowedServiceTags.length === 0) return {};
  return {
    [`${prefix}/azure-allowed-service-tags`]: allowedServiceTags.join(","),
    ...(allowedSourceRanges.length > 0 && {
      [`${prefix}/azure-allowed-ip-ranges`]: allowedSourceRanges.join(","),
    }),
  };
}

/** Azure's own timing is written nowhere, so that Services from before the keys stay as they are. */
function probeTiming({ probe: { intervalSeconds, failures } }: AzureLbExposure): Record<string, string> {
  return {
    ...(intervalSeconds === 5
      ? {}
      : { [`${prefix}/azure-load-balancer-health-probe-interval`]: String(intervalSeconds) }),
    ...(failures === 2
      ? {}
      : { [`${prefix}/azure-load-balancer-health-probe-num-of-probe`]: String(failures) }),
  };
}

function addressAnnotations(
  { scheme, staticAddress, privateAddress, subnetName, dnsLabel }: AzureLbExposure,
  { environmentName, gatewayName, target }: ServiceContext,
): Record<string, string> {
  const names = aksNames(environmentName);
  switch (scheme) {
    case "internal":
      return {
        [`${prefix}/azure-load-balancer-internal`]: "true",
        ...(privateAddress !== undefined && { [`${prefix}/azure-load-balancer-ipv4`]: privateAddress }),
        ...(subnetName !== undefined && { [`${prefix}/azure-load-balancer-internal-subnet`]: subnetName }),
      };
    case "public":
      return {
        [`${prefix}/azure-load-balancer-internal`]: "false",
        // A static address carries its label itself; Terraform made both.
        ...(staticAddress
          ? {
              [`${prefix}/azure-pip-name`]: names.publicAddress(gatewayName),
              [`${prefix}/azure-load-balancer-resource-group`]: addressResourceGroup(environmentName, target),
            }
          : dnsLabel !== undefined && { [`${prefix}/azure-dns-label-name`]: dnsLabel }),
      };
  }
}

/** Where the static addresses of gateways are. */
function addressResourceGroup(environmentName: string, target: Target): string {
  return target.kind === "existing" && target.cloud.kind === "azure"
    ? target.cloud.resourceGroupName
    : aksNames(environmentName).addressResourceGroup;
}

/** A port of the Service, and so of the nodes, that the load balancer forwards nothing to. */
function withoutRule(port: number): Record<string, string> {
  return {
    [`${prefix}/port_${port}_no_lb_rule`]: "true",
    [`${prefix}/port_${port}_no_probe_rule`]: "true",
  };
}

/** Every port is probed by Envoy's readiness: port 80 answers 404 at "/", and TCP alone does not see a draining Envoy. */
function probeAnnotations(ports: readonly number[]): Record<string, string> {
  const probe = {
    protocol: "Http",
    // A port of the Service, which the cloud provider turns into its node port.
    port: String(statusPort),
    "request-path": "/healthz/ready",
  };
  return Object.fromEntries(
    ports.flatMap((port) =>
      Object.entries(probe).map(([key, value]) => [`${prefix}/port_${port}_health-probe_${key}`, value]),
    ),
  );
}
