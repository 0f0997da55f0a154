import type { GatewayConfig } from "../../config/gateway/gateway";
import type { MeshConfig } from "../../config/mesh/mesh";
import { revisionFollowed, revisionLabel } from "../../config/mesh/revisions";
import { gatewayReplicas } from "../../config/mesh/size-defaults";
import type { Replicas } from "../../config/mesh/workload";
import type {
  GatewayChartValues,
  GatewayServiceValues,
  ServicePort,
} from "../../composition/chart-values/gateway";
import { scales, spreadOverNodes } from "../../composition/chart-values/kubernetes";
import type { Images } from "../../composition/images";
import type { Leaving } from "../../exposures/exposure-kind";
import { speaksProxyProtocol } from "../../exposures/exposures";
import type { GatewayCertificate } from "./gateway-certificate";
import { externalDnsAnnotations } from "./external-dns";
import { proxyConfigAnnotation } from "./rules";

/** Options of {@link gatewayValues}. */
export interface GatewayValuesOptions {
  readonly gateway: GatewayConfig;
  readonly mesh: MeshConfig;
  readonly images: Images;
  readonly ports: readonly ServicePort[];
  readonly service: GatewayServiceValues;
  readonly leaving: Leaving;
  /** Certificates without which no pod starts, so that the release is ready only when they are there. */
  readonly awaited: readonly GatewayCertificate[];
}

/** Values of a gateway's release. */
export function gatewayValues(options: GatewayValuesOptions): GatewayChartValues {
  const { gateway, mesh, images, ports, service, leaving, awaited } = options;
  const proxyProtocol = speaksProxyProtocol(gateway.exposure);
  const replicas = gatewayReplicas(mesh, gateway);
  // The revision itself, not its tag: as a label of the pods it rolls them when the tag moves.
  const revision = revisionLabel(revisionFollowed(mesh, gateway.revision));
  return {
    ...(revision === "" ? {} : { revision }),
    ...scaling(replicas, { istio: gateway.name }, gateway.targetCpuPercent),
    ...(gateway.resources === undefined ? {} : { resources: gateway.resources }),
    ...stopping(leaving, proxyProtocol),
    // The load balancer's health checks speak it, too; without this Envoy's port of readiness would not understand them.
    ...(proxyProtocol ? { env: { ENVOY_STATUS_PORT_ENABLE_PROXY_PROTOCOL: "true" } } : {}),
    securityContext: gatewaySecurityContext,
    ...(images.pullSecrets.length === 0 ? {} : { imagePullSecrets: images.pullSecretReferences }),
    ...(awaited.length === 0 ? {} : awaitedCertificates(awaited)),
    service: { ...service, ...annotations(gateway, service), ...addressFamilies(gateway), ports },
  };
}

/** The context of a gateway's pods. Setting one replaces the chart's own, which allows ports below 1024 this way. */
export const gatewaySecurityContext: GatewayChartValues["securityContext"] = {
  sysctls: [{ name: "net.ipv4.ip_unprivileged_port_start", value: "0" }],
  seccompProfile: { type: "RuntimeDefault" },
};

/** How many pods a gateway has, and how they are spread. */
export function scaling(
  replicas: Replicas,
  selector: Readonly<Record<string, string>>,
  targetCpuPercent?: number,
): Pick<
  GatewayChartValues,
  "autoscaling" | "replicaCount" | "podDisruptionBudget" | "topologySpreadConstraints"
> {
  return {
    autoscaling: scales(replicas)
      ? {
          enabled: true,
          minReplicas: replicas.min,
          maxReplicas: replicas.max,
          ...(targetCpuPercent === undefined ? {} : { targetCPUUtilizationPercentage: targetCpuPercent }),
        }
      : { enabled: false },
    ...(scales(replicas) ? {} : { replicaCount: replicas.min }),
    // The chart ignores the budget with a single pod: it would block every drain.
    ...(replicas.min > 1 ? { podDisruptionBudget: { minAvailable: 1 } } : {}),
    ...(replicas.max > 1 ? { topologySpreadConstraints: spreadOverNodes(selector) } : {}),
  };
}

function addressFamilies({
  ipFamilies,
  ipFamilyPolicy,
}: GatewayConfig): Pick<GatewayServiceValues, "ipFamilies" | "ipFamilyPolicy"> {
  return {
    ...(ipFamilies === undefined ? {} : { ipFamilies }),
    ...(ipFamilyPolicy === undefined ? {} : { ipFamilyPolicy }),
  };
}

function annotations(
  gateway: GatewayConfig,
  service: GatewayServiceValues,
): Pick<GatewayServiceValues, "annotations"> {
  const extra = { ...gateway.extraAnnotations, ...externalDnsAnnotations(gateway) };
  if (Object.keys(extra).length === 0) return {};
  return { annotations: { ...extra, ...service.annotations } };
}

/**
 * What a pod has left to end in, after its last connection was given up. Where a namespace is deleted, Kubernetes waits
 * for half of the pods' grace periods between its looks, so that a longer one makes every destroy longer.
 */
const endingSeconds = 5;

/**
 * How a pod stops: it goes on as before until nobody sends it new connections, then it answers the open ones, asking
 * each client to make another.
 *
 * @see https://istio.io/latest/docs/reference/config/istio.mesh.v1alpha1/#ProxyConfig
 */
export function stopping(
  { noticeSeconds, drainSeconds }: Leaving,
  proxyProtocol: boolean,
): Pick<GatewayChartValues, "podAnnotations" | "lifecycle" | "terminationGracePeriodSeconds"> {
  const topology = proxyProtocol ? "gatewayTopology: { proxyProtocol: {} }\n" : "";
  return {
    podAnnotations: { [proxyConfigAnnotation]: `${topology}terminationDrainDuration: ${drainSeconds}s\n` },
    lifecycle: { preStop: { sleep: { seconds: noticeSeconds } } },
    terminationGracePeriodSeconds: noticeSeconds + drainSeconds + endingSeconds,
  };
}

// Envoy gets certificate and key from istiod; the key is therefore left out of the volume.
function awaitedCertificates(
  awaited: readonly GatewayCertificate[],
): Pick<GatewayChartValues, "volumes" | "volumeMounts"> {
  const each = awaited.map(({ name, secretName }) => ({
    volume: name === undefined ? "awaited-certificate" : `awaited-certificate-${name}`,
    secretName,
  }));
  return {
    volumes: each.map(({ volume, secretName }) => ({
      name: volume,
      secret: { secretName, items: [{ key: "tls.crt", path: "tls.crt" }] },
    })),
    volumeMounts: each.map(({ volume }) => ({
      name: volume,
      mountPath: `/etc/istio/${volume}`,
      readOnly: true,
    })),
  };
}
