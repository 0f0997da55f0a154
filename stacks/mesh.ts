import { type App, type ITerraformDependable, TerraformOutput } from "cdktf";
import type { Environment } from "../config/environment";
import type { Literal } from "../config/literal-text";
import { contractVersion, noGateway, type MeshOutputs } from "../contract/outputs";
import { aksAccess } from "../modules/aks/aks-access";
import { ApplicationNamespaces } from "../modules/istio/application-namespaces";
import { gatewayIds } from "../modules/construct-ids";
import { CertManager } from "../modules/certificates/cert-manager";
import { ChartLibrary, type ChartFiles } from "../modules/release/chart-library";
import type { ClusterAccess } from "../modules/cluster/cluster-access";
import { eksAccess } from "../modules/eks/eks-access";
import { existingAccess } from "../modules/existing/existing-access";
import { Gateway } from "../modules/gateway/gateway";
import { gatewayDns } from "../modules/gateway/gateway-dns";
import { describeGateway } from "../modules/gateway/gateway-outputs";
import { HealthCheck } from "../modules/gateway/health-check";
import { healthRoute } from "../modules/gateway/health-route";
import { HealthWorkload } from "../modules/gateway/health-workload";
import { Images } from "../modules/release/images";
import { Issuers } from "../modules/certificates/issuers";
import { IstioControlPlane, istioNamespace } from "../modules/istio/istio-control-plane";
import { issuedInCluster } from "../modules/gateway/gateway-issuer";
import { MeshNamespace } from "../modules/istio/mesh-namespace";
import { MeshPolicies } from "../modules/istio/mesh-policies";
import { RunningIstio } from "../modules/istio/running-istio";
import { configureBackend } from "../modules/cluster/state-backend";
import { EnvironmentStack } from "./environment-stack";

/** Properties of a {@link MeshStack}. */
export interface MeshStackProps {
  readonly environment: Literal<Environment>;
  readonly chartFiles: ChartFiles;
  /** Minor versions of Istio that the configured one may replace in place, itself among them. */
  readonly upgradableFrom: readonly string[];
}

/** Defines everything that an environment has inside its cluster, whatever made the cluster. */
export class MeshStack extends EnvironmentStack {
  private readonly environment: Environment;
  private readonly charts: ChartLibrary;
  private readonly images: Images;

  public constructor(scope: App, id: string, props: MeshStackProps) {
    super(scope, id);
    const { environment } = props;
    this.environment = environment;
    this.charts = new ChartLibrary(this, environment.charts.source, props.chartFiles);
    this.images = new Images(environment.charts.images);
    configureBackend(this, id, environment.backend);
    const cluster = this.access();

    const controlPlane = this.controlPlane(cluster, props.upgradableFrom);
    const issuers = this.certificates(cluster);
    const applications = new ApplicationNamespaces(this, "applications", environment.mesh);
    const policies = new MeshPolicies(this, "policies", {
      mesh: environment.mesh,
      istioNamespace,
      charts: this.charts,
      dependsOn: [...controlPlane, ...applications.ready],
    });
    const gateways = this.gateways(cluster, controlPlane, issuers);
    const health = this.healthWorkload(gateways, [...controlPlane, ...policies.ready]);
    this.outputs(cluster.clusterName, gateways, health);
  }

  /** Configures the providers, and what the kind of cluster brings with it. */
  private access(): ClusterAccess {
    const { environment, charts, images } = this;
    const { target } = environment;
    switch (target.kind) {
      case "existing":
        return existingAccess(this, { environment, target, charts, images });
      case "aws":
        return eksAccess(this, { environment, target, charts, images });
      case "azure":
        return aksAccess(this, { environment, target, charts, images });
    }
  }

  /** Defines Istio; returns what must be ready before a pod that it injects. */
  private controlPlane(
    cluster: ClusterAccess,
    upgradableFrom: readonly string[],
  ): readonly ITerraformDependable[] {
    const { name, mesh } = this.environment;
    const { checked } = new RunningIstio(this, "running-istio", {
      environmentName: name,
      istioNamespace,
      mesh,
      upgradableFrom,
    });
    switch (mesh.management) {
      case "adopt":
        return [checked];
      case "install": {
        const { namespace } = new MeshNamespace(this, "istio-system", {
          name: istioNamespace,
          // The CNI agent works on the host's network.
          podSecurity: mesh.cni.enabled ? "privileged" : "baseline",
        });
        return new IstioControlPlane(this, "control-plane", {
          environment: this.environment,
          cluster,
          charts: this.charts,
          images: this.images,
          dependsOn: [namespace, checked],
        }).ready;
      }
    }
  }

  /** Defines cert-manager and the issuers; returns what a Certificate needs. */
  private certificates({ dns01 }: ClusterAccess): readonly ITerraformDependable[] {
    const { certManager, mesh } = this.environment;
    const installed =
      certManager.management === "install"
        ? new CertManager(this, "cert-manager", {
            config: certManager,
            size: mesh.size,
            charts: this.charts,
            images: this.images,
            identity: dns01,
            dependsOn: [],
          }).ready
        : [];
    if (certManager.issuers.length === 0) return installed;
    return new Issuers(this, "issuers", {
      issuers: certManager.issuers,
      identity: dns01,
      charts: this.charts,
      dependsOn: installed,
    }).ready;
  }

  private gateways(
    cluster: ClusterAccess,
    controlPlane: readonly ITerraformDependable[],
    issuers: readonly ITerraformDependable[],
  ): readonly Gateway[] {
    const { name, mesh, health, certManager } = this.environment;
    const idOf = gatewayIds(this.environment.gateways);
    return this.environment.gateways.map(
      (gateway) =>
        new Gateway(this, idOf(gateway.name), {
          environmentName: name,
          gateway,
          mesh,
          health: healthRoute(health),
          waitsForCertificate: issuedInCluster(gateway, certManager),
          charts: this.charts,
          images: this.images,
          loadBalancer: cluster.gatewayLoadBalancers?.get(gateway.name),
          dependsOn: [...controlPlane, ...cluster.loadBalancer],
          issuers,
        }),
    );
  }

  /** Defines the health workload; returns what answers the health check. */
  private healthWorkload(
    gateways: readonly Gateway[],
    dependsOn: readonly ITerraformDependable[],
  ): readonly ITerraformDependable[] {
    const ingresses = gateways.filter(({ config }) => config.direction === "ingress");
    if (ingresses.length === 0) return [];
    const { mesh, health } = this.environment;
    return new HealthWorkload(this, "health", {
      mesh,
      health,
      route: healthRoute(health),
      gateways: ingresses,
      charts: this.charts,
      images: this.images,
      dependsOn,
    }).ready;
  }

  private outputs(
    clusterName: string,
    gateways: readonly Gateway[],
    healthReady: readonly ITerraformDependable[],
  ): void {
    const { mesh, health, certManager } = this.environment;
    const described = gateways.map((gateway) => {
      const id = `${gateway.node.id}-outputs`;
      return { gateway, outputs: describeGateway(this, id, { gateway, health, certManager }) };
    });
    for (const { gateway, outputs } of described) {
      gatewayDns(this, `${gateway.node.id}-dns`, gateway, outputs);
    }
    const first = described.find(({ gateway }) => gateway.config.direction === "ingress");
    if (health.check && first !== undefined) {
      new HealthCheck(this, "health-check", { ...first, health, dependsOn: healthReady });
    }
    const values: Omit<MeshOutputs, "checks"> = {
      contract_version: contractVersion,
      ...(first?.outputs ?? noGateway),
      gateways: Object.fromEntries(described.map(({ gateway, outputs }) => [gateway.config.name, outputs])),
      cluster_name: clusterName,
      istio_version: mesh.istioVersion,
      istio_revision: "default",
    };
    for (const [name, value] of Object.entries(values)) {
      new TerraformOutput(this, name, { value, staticId: true });
    }
  }
}
