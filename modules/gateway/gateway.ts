import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import type { GatewayConfig } from "../../config/gateway/gateway";
import type { MeshConfig } from "../../config/mesh/mesh";
import type { ChartLibrary } from "../release/chart-library";
import { ChartRelease } from "../release/chart-release";
import type { GatewayLoadBalancer } from "../cluster/cluster-access";
import { gatewayCertificate } from "./gateway-certificate";
import { gatewayListeners } from "./gateway-listeners";
import { servicePorts } from "./gateway-ports";
import { gatewayService } from "./gateway-service";
import { gatewayValues } from "./gateway-values";
import type { HealthRoute } from "./health-route";
import type { Images } from "../release/images";
import { ManifestsRelease } from "../release/manifests-release";
import { MeshNamespace } from "../istio/mesh-namespace";
import { upstreamCharts } from "../release/upstream-charts";

/** Properties of a {@link Gateway}. */
export interface GatewayProps {
  readonly environmentName: string;
  readonly gateway: GatewayConfig;
  readonly mesh: MeshConfig;
  readonly health: HealthRoute;
  /**
   * Whether the certificate comes from a CA inside the cluster.
   *
   * Then the gateway waits for it. With ACME it cannot: the challenge arrives through the gateway.
   */
  readonly waitsForCertificate: boolean;
  /** What Terraform owns of the gateway's load balancer. */
  readonly loadBalancer?: GatewayLoadBalancer | undefined;
  readonly charts: ChartLibrary;
  readonly images: Images;
  /** istiod, and what the exposure needs: pods created before have no image, Services no address. */
  readonly dependsOn: readonly ITerraformDependable[];
  /** What a Certificate needs. */
  readonly issuers: readonly ITerraformDependable[];
}

/**
 * Defines one gateway: its namespace, Deployment and Service, its listeners and its certificate.
 *
 * @see https://istio.io/latest/docs/setup/additional-setup/gateway/
 */
export class Gateway extends Construct {
  public readonly config: GatewayConfig;
  public readonly namespace: string;
  public readonly serviceName: string;
  /** Name of the Certificate and of its Secret. */
  public readonly certificateName: string;
  public readonly ready: readonly ITerraformDependable[];

  public constructor(scope: Construct, id: string, props: GatewayProps) {
    super(scope, id);
    const { gateway, charts } = props;
    this.config = gateway;
    this.serviceName = `istio-${gateway.name}`;
    this.namespace = this.serviceName;
    this.certificateName = `${this.serviceName}-tls`;
    const { namespace } = new MeshNamespace(this, "namespace", {
      name: this.namespace,
      podSecurity: "restricted",
    });
    const manifests = [
      ...(gateway.tls === undefined
        ? []
        : [gatewayCertificate(this.certificateName, this.namespace, gateway.tls)]),
      ...gatewayListeners({
        gateway,
        namespace: this.namespace,
        credentialName: this.certificateName,
        health: props.health,
      }),
    ];
    const listeners =
      manifests.length === 0
        ? []
        : [
            new ManifestsRelease(this, "listeners", {
              name: `${this.serviceName}-listeners`,
              namespace: this.namespace,
              charts,
              manifests,
              dependsOn: [namespace, ...props.dependsOn, ...(gateway.tls === undefined ? [] : props.issuers)],
            }).release,
          ];
    const ports = servicePorts(gateway);
    const { release } = new ChartRelease(this, "gateway", {
      name: this.serviceName,
      namespace: this.namespace,
      chart: charts.locate(upstreamCharts.gateway, props.mesh.istioVersion),
      values: gatewayValues({
        ...props,
        ports,
        service: gatewayService(gateway.exposure, {
          environmentName: props.environmentName,
          gatewayName: gateway.name,
          ports: ports.map(({ port }) => port),
          loadBalancer: props.loadBalancer,
        }),
        ...(props.waitsForCertificate ? { awaitedSecretName: this.certificateName } : {}),
      }),
      rawValues: gateway.values,
      timeoutSeconds: releaseTimeoutSeconds(gateway.exposure),
      dependsOn: [
        namespace,
        ...props.dependsOn,
        ...(props.loadBalancer?.ready ?? []),
        // Waiting side by side would never end under `-parallelism=1`.
        ...(props.waitsForCertificate ? listeners : []),
      ],
    });
    this.ready = [release, ...listeners];
  }
}

/** A cloud's load balancer may take minutes, on creation and on removal. */
function releaseTimeoutSeconds({ kind }: GatewayConfig["exposure"]): number {
  switch (kind) {
    case "nlb":
    case "azure-lb":
      return 900;
    case "metallb":
    case "nodeport":
    case "clusterip":
      return 300;
  }
}
