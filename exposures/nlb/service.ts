import type { GatewayServiceValues } from "../../composition/chart-values/gateway";
import type { GuardedAnnotations, ServiceContext } from "../exposure-kind";
import { statusPort } from "../status-port";
import type { NlbAddresses, NlbExposure } from "./keys";

/**
 * Key of an annotation that the AWS Load Balancer Controller reads.
 *
 * @see https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/service/annotations/
 */
export function nlbAnnotation(name: string): string {
  return `service.beta.kubernetes.io/aws-load-balancer-${name}`;
}

const fromThePods =
  "remove it: the load balancer reaches the gateway's pods, and asks them whether they are ready";

/** Annotations that follow from the exposure. */
export const guardedAnnotations: GuardedAnnotations = {
  "service.beta.kubernetes.io/load-balancer-source-ranges": "set exposure.allowedSourceRanges",
  ...Object.fromEntries(
    Object.entries({
      name: "remove it: the name follows from the environment and the gateway",
      type: "remove it: the Service names its load balancer's class",
      scheme: "set exposure.scheme",
      internal: "set exposure.scheme",
      "nlb-target-type": fromThePods,
      "healthcheck-protocol": fromThePods,
      "healthcheck-port": fromThePods,
      "healthcheck-path": fromThePods,
      "security-groups": "set exposure.allowedSourceRanges: Terraform owns the security group",
      "manage-backend-security-group-rules": "remove it: Terraform owns the security group",
      subnets: "set exposure.subnetIds",
      "proxy-protocol": "set exposure.proxyProtocol",
      "target-group-attributes":
        "set exposure.preserveClientIp, exposure.proxyProtocol or the gateway's drainSeconds",
      attributes: "set exposure.crossZone, exposure.deletionProtection or exposure.accessLogs",
      "access-log-enabled": "set exposure.accessLogs",
      "cross-zone-load-balancing-enabled": "set exposure.crossZone",
      "ssl-cert": "set exposure.tls",
      "ssl-ports": "set exposure.tls, and the kind of the gateway's ports",
      "ssl-negotiation-policy": "set exposure.tls.policy",
      "backend-protocol": "set exposure.tls.toPods",
      "eip-allocations": "set exposure.addresses",
      "private-ipv4-addresses": "set exposure.addresses",
    }).map(([name, advice]) => [nlbAnnotation(name), advice]),
  ),
};

/** A Service that the AWS Load Balancer Controller answers with a Network Load Balancer. */
export function nlbService(exposure: NlbExposure, context: ServiceContext): GatewayServiceValues {
  const { loadBalancer } = context;
  const annotations = {
    name: `${context.environmentName}-${context.gatewayName}`,
    scheme: exposure.scheme,
    // Straight to the pods: no second hop over a node, and health is that of the very Envoy.
    "nlb-target-type": "ip",
    "healthcheck-protocol": "http",
    "healthcheck-port": String(statusPort),
    "healthcheck-path": "/healthz/ready",
    "security-groups": loadBalancer.securityGroupId,
    "manage-backend-security-group-rules": "false",
    "target-group-attributes": attributes({
      "preserve_client_ip.enabled": exposure.preserveClientIp,
      // Where it is left out the controller writes false.
      ...(exposure.proxyProtocol ? { "proxy_protocol_v2.enabled": true } : {}),
      // Shorter than a pod takes to stop, which begins with a notice.
      "deregistration_delay.timeout_seconds": String(context.drainSeconds),
    }),
    attributes: attributes(loadBalancerAttributes(exposure)),
    ...addresses(exposure.addresses, loadBalancer.allocationIds),
    ...(exposure.subnetIds === undefined ? {} : { subnets: exposure.subnetIds.join(",") }),
    ...tlsAnnotations(exposure, context.tlsPorts),
  };
  return {
    type: "LoadBalancer",
    loadBalancerClass: "service.k8s.aws/nlb",
    allocateLoadBalancerNodePorts: false,
    annotations: Object.fromEntries(
      Object.entries(annotations).map(([name, value]) => [nlbAnnotation(name), value]),
    ),
  };
}

type Attributes = Readonly<Record<string, string | boolean>>;

// Written out where they are AWS' defaults, too: leaving one out does not turn it off again.
function loadBalancerAttributes({ crossZone, deletionProtection, accessLogs }: NlbExposure): Attributes {
  return {
    "load_balancing.cross_zone.enabled": crossZone,
    "deletion_protection.enabled": deletionProtection,
    "access_logs.s3.enabled": accessLogs !== undefined,
    ...(accessLogs === undefined ? {} : { "access_logs.s3.bucket": accessLogs.bucket }),
    ...(accessLogs === undefined || accessLogs.prefix === ""
      ? {}
      : { "access_logs.s3.prefix": accessLogs.prefix }),
  };
}

function attributes(values: Attributes): string {
  return Object.entries(values)
    .map(([name, value]) => `${name}=${value}`)
    .join(",");
}

function tlsAnnotations(
  { tls }: NlbExposure,
  ports: readonly number[],
): { readonly [annotation: string]: string } {
  if (tls === undefined) return {};
  return {
    "ssl-cert": tls.certificateArns.join(","),
    "ssl-ports": ports.join(","),
    "ssl-negotiation-policy": tls.policy,
    "backend-protocol": tls.toPods === "encrypted" ? "ssl" : "tcp",
  };
}

function addresses(
  config: NlbAddresses,
  allocationIds: readonly string[],
): { readonly [annotation: string]: string } {
  switch (config.kind) {
    case "assigned":
      return {};
    case "allocate":
    case "elastic-ips":
      return { "eip-allocations": allocationIds.join(",") };
    case "private":
      return { "private-ipv4-addresses": config.addresses.join(",") };
  }
}
