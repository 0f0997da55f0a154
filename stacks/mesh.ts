import { type App, type ITerraformDependable, TerraformOutput } from "cdktf";
import type { ClusterFacts } from "../composition/cluster-facts";
import type { Composition } from "../composition/composition";
import { gatewayIds } from "../composition/construct-ids";
import { healthName } from "../composition/health-route";
import { Images } from "../composition/images";
import type { Environment } from "../config/environment";
import { revisionFollowed, revisionsOf } from "../config/mesh/revisions";
import type { Literal } from "../config/literal-text";
import { contractVersion, noGateway, type MeshOutputs } from "../contract/outputs";
import { exposureControllers, gatewayAttachments } from "../exposures/all-parts";
import type { PartsContext } from "../exposures/exposure-parts";
import { addonOutputs } from "../features/addons/addon-services";
import { composeMesh } from "../features/compose-mesh";
import { istiodName } from "../features/control-plane/istiod-values";
import { gatewayIdentity } from "../features/gateways/gateway-identity";
import { collectorOf } from "../features/tracing/collector";
import { aksAccess } from "../modules/aks/aks-access";
import type { ClusterAccess } from "../modules/cluster/cluster-access";
import { ServedApi } from "../modules/cluster/served-api";
import { configureBackend } from "../modules/cluster/state-backend";
import { eksAccess } from "../modules/eks/eks-access";
import { existingAccess } from "../modules/existing/existing-access";
import type { DeployedGateway } from "../modules/gateway/deployed-gateway";
import { gatewayDns } from "../modules/gateway/gateway-dns";
import { describeGateway } from "../modules/gateway/gateway-outputs";
import { HealthCheck } from "../modules/gateway/health-check";
import { AdoptedGatewayApi } from "../modules/mesh/adopted-gateway-api";
import { MeshCaRoots, MeshCaSteps } from "../modules/mesh/mesh-ca";
import { LeavingNamespaces } from "../modules/mesh/leaving-namespaces";
import { MeshLayout } from "../modules/mesh/mesh-layout";
import { TracingService } from "../modules/mesh/tracing-service";
import { RunningIstio } from "../modules/mesh/running-istio";
import { ChartLibrary, type ChartFiles } from "../modules/release/chart-library";
import { EnvironmentStack } from "./environment-stack";

/** Properties of a {@link MeshStack}. */
export interface MeshStackProps {
  readonly environment: Literal<Environment>;
  readonly chartFiles: ChartFiles;
  /** Minor versions of Istio that a version may replace in place, its own among them. */
  readonly upgradableFrom: (istioVersion: string) => readonly string[];
}

/** Defines everything that an environment has inside its cluster, whatever made the cluster. */
export class MeshStack extends EnvironmentStack {
  private readonly environment: Environment;
  private readonly idOf: (gatewayName: string) => string;

  public constructor(scope: App, id: string, props: MeshStackProps) {
    super(scope, id);
    const { environment } = props;
    this.environment = environment;
    this.idOf = gatewayIds(environment.gateways);
    configureBackend(this, id, environment.backend);
    const charts = new ChartLibrary(this, environment.charts.source, props.chartFiles);
    const access = this.access();
    const { facts, layoutOptions } = this.loadBalancers({
      environment,
      cloud: access.cloud,
      charts,
      images: new Images(environment.charts.images),
    });
    const { checked } = new RunningIstio(this, "running-istio", {
      environmentName: environment.name,
      mesh: environment.mesh,
      upgradableFrom: props.upgradableFrom,
    });
    const { ca } = environment.mesh;
    const caSteps = ca.kind === "istio" ? [] : [new MeshCaSteps(this, "mesh-ca-steps", ca).checked];
    const composition = composeMesh(environment, { ...access, ...facts });
    new LeavingNamespaces(this, "leaving-namespaces", {
      environmentName: environment.name,
      expected: [...composition.namespaces.map(({ name }) => name), ...environment.mesh.removedNamespaces],
    });
    this.tracingService(composition);
    const layout = new MeshLayout(this, {
      composition,
      charts,
      ofPhases: {
        ...layoutOptions.ofPhases,
        preconditions: [...checked, ...caSteps, ...this.adoptedGatewayApi(), ...this.monitorDefinitions()],
      },
      ofReleases: layoutOptions.ofReleases,
    });
    this.outputs(access.clusterName, layout, composition);
  }

  /** Configures the providers. */
  private access(): ClusterAccess {
    const { environment } = this;
    const { target } = environment;
    switch (target.kind) {
      case "existing":
        return existingAccess(this, { environment, target });
      case "aws":
        return eksAccess(this, { environment, target });
      case "azure":
        return aksAccess(this, { environment, target });
    }
  }

  /** Defines what the gateways' load balancers need of Terraform. */
  private loadBalancers(context: PartsContext) {
    const controllers = exposureControllers(this, context);
    const attachments = context.environment.gateways.flatMap((gateway) => {
      const given = gatewayAttachments(this, this.idOf(gateway.name), gateway, context);
      return given === undefined ? [] : [{ gateway, given }];
    });
    const facts: Pick<ClusterFacts, "loadBalancers"> = {
      loadBalancers: new Map(attachments.map(({ gateway, given }) => [gateway.name, given])),
    };
    return {
      facts,
      layoutOptions: {
        ofPhases: { "load balancers": controllers },
        ofReleases: new Map(
          attachments.map(({ gateway, given }) => [gatewayIdentity(gateway).serviceName, given.ready]),
        ),
      },
    };
  }

  /** Defines what is read of the Gateway API where something uses the definitions that the cluster has. */
  private adoptedGatewayApi(): readonly ITerraformDependable[] {
    const { gatewayApi, gateways } = this.environment;
    if (gatewayApi.management !== "adopt" || gateways.every(({ api }) => api === "istio")) return [];
    return [new AdoptedGatewayApi(this, "gateway-api", gatewayApi).checked];
  }

  /** Defines what is read of the Prometheus Operator's definitions where monitors are made. */
  private monitorDefinitions(): readonly ITerraformDependable[] {
    if (this.environment.observability.metrics.scrape.kind !== "monitors") return [];
    const definitions = new ServedApi(this, "monitor-definitions", {
      name: "v1.monitoring.coreos.com",
      absentMessage:
        "The cluster has no PodMonitor and no ServiceMonitor (monitoring.coreos.com/v1). Install the Prometheus Operator first, or its definitions: helm install prometheus-operator-crds oci://ghcr.io/prometheus-community/charts/prometheus-operator-crds. Or set observability.metrics.scrape.kind to annotations.",
    });
    return [definitions.checked];
  }

  /** Defines what is read of the Service that takes spans, where somebody else makes it. */
  private tracingService({ namespaces }: Composition): void {
    const { observability, policies } = this.environment;
    if (observability.tracing === undefined) return;
    const collector = collectorOf(observability.tracing, policies);
    if (collector.kind === "outside") return;
    const own = namespaces.filter(({ management }) => management === "install");
    if (own.some(({ name }) => name === collector.namespace)) return;
    new TracingService(this, "tracing-service", collector);
  }

  private deployedGateways(layout: MeshLayout): readonly DeployedGateway[] {
    return this.environment.gateways.map((config) => {
      const identity = gatewayIdentity(config);
      return {
        ...identity,
        id: this.idOf(config.name),
        config,
        ready: layout.ready(identity.serviceName, identity.listenersName),
      };
    });
  }

  private outputs(clusterName: string, layout: MeshLayout, { expectations }: Composition): void {
    const { mesh, health, certManager } = this.environment;
    const stable = revisionFollowed(mesh);
    const described = this.deployedGateways(layout).map((gateway) => ({
      gateway,
      outputs: describeGateway(this, `${gateway.id}-outputs`, { gateway, health, certManager }),
    }));
    for (const { gateway, outputs } of described) {
      gatewayDns(this, `${gateway.id}-dns`, gateway, outputs);
    }
    const first = described.find(({ gateway }) => gateway.config.direction === "ingress");
    if (health.check && first !== undefined) {
      new HealthCheck(this, "health-check", { ...first, health, dependsOn: layout.ready(healthName) });
    }
    const values: Omit<MeshOutputs, "checks" | "mesh_ca" | "addons"> = {
      contract_version: contractVersion,
      ...(first?.outputs ?? noGateway),
      gateways: Object.fromEntries(described.map(({ gateway, outputs }) => [gateway.config.name, outputs])),
      release_namespaces: [...expectations.releaseNamespaces],
      cluster_name: clusterName,
      istio_version: stable.istioVersion,
      istio_revision: stable.name,
    };
    const { checks, observability } = this.environment;
    const addons = addonOutputs(observability.addons);
    const used = {
      ...values,
      ...this.meshCa(layout),
      ...(checks.length === 0 ? {} : { checks }),
      ...(Object.keys(addons).length === 0 ? {} : { addons }),
    };
    for (const [name, value] of Object.entries(used)) {
      new TerraformOutput(this, name, { value, staticId: true });
    }
  }

  /** What proxies are meant to trust, where it is not whatever istiod makes. */
  private meshCa(layout: MeshLayout): Partial<Pick<MeshOutputs, "mesh_ca">> {
    const { mesh } = this.environment;
    const { ca } = mesh;
    if (ca.kind === "istio") return {};
    const dependsOn = layout.ready(...revisionsOf(mesh).map(istiodName));
    return { mesh_ca: new MeshCaRoots(this, "mesh-ca-roots", { ca, dependsOn }).pem };
  }
}
