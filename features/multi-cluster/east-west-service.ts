import type { GatewayServiceValues } from "../../composition/chart-values/gateway";
import type { Membership } from "../../config/meshes/membership";
import type { TargetKind } from "../../config/target/target";

/** What the load balancer of a cloud has to know before the file says anything. */
const ofCloud: Readonly<
  Record<TargetKind, { readonly class?: string; readonly annotations: Record<string, string> }>
> = {
  aws: {
    class: "service.k8s.aws/nlb",
    annotations: {
      "service.beta.kubernetes.io/aws-load-balancer-scheme": "internal",
      "service.beta.kubernetes.io/aws-load-balancer-nlb-target-type": "ip",
      "service.beta.kubernetes.io/aws-load-balancer-healthcheck-protocol": "http",
      "service.beta.kubernetes.io/aws-load-balancer-healthcheck-port": "15021",
      "service.beta.kubernetes.io/aws-load-balancer-healthcheck-path": "/healthz/ready",
    },
  },
  azure: {
    annotations: {
      "service.beta.kubernetes.io/azure-load-balancer-internal": "true",
      "service.beta.kubernetes.io/port_15443_health-probe_protocol": "Http",
      "service.beta.kubernetes.io/port_15443_health-probe_port": "15021",
      "service.beta.kubernetes.io/port_15443_health-probe_request-path": "/healthz/ready",
    },
  },
  existing: { annotations: {} },
};

/** The Service of the east-west gateway: a load balancer, since istiod takes its address from the Service's status. */
export function eastWestService(
  { class: given, annotations, allowedSourceRanges }: Membership["eastWestGateway"],
  target: TargetKind,
): GatewayServiceValues {
  const cloud = ofCloud[target];
  const loadBalancerClass = given ?? cloud.class;
  const all = { ...cloud.annotations, ...annotations };
  return {
    type: "LoadBalancer",
    ...(loadBalancerClass === undefined ? {} : { loadBalancerClass }),
    ...(Object.keys(all).length === 0 ? {} : { annotations: all }),
    ...(allowedSourceRanges.length === 0 ? {} : { loadBalancerSourceRanges: allowedSourceRanges }),
    externalTrafficPolicy: "Cluster",
  };
}
