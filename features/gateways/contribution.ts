import type { Contribution, Feature, FeatureInput, ReleaseNeed } from "../../composition/contribution";
import { noLoadBalancerFacts } from "../../composition/cluster-facts";
import { gatewayIds } from "../../composition/construct-ids";
import { healthRoute } from "../../composition/health-route";
import type { Manifest } from "../../composition/manifests/manifest";
import { componentRequests, proxyDefaults, requestsOf } from "../../composition/requests";
import type { GatewayConfig } from "../../config/gateway/gateway";
import { revisionFollowed } from "../../config/mesh/revisions";
import { gatewayReplicas } from "../../config/mesh/size-defaults";
import {
  leavingOf,
  namespaceLabelsOf,
  releaseTimeoutSecondsOf,
  serviceOf,
  tlsEndOf,
} from "../../exposures/exposures";
import { servicePorts, tlsPorts } from "../../exposures/service-ports";
import { gatewayApiListeners } from "./gateway-api-listeners";
import { certificateObjects, gatewayCertificates, type GatewayCertificate } from "./gateway-certificate";
import { gatewayIdentity } from "./gateway-identity";
import { issuedInCluster } from "./gateway-issuer";
import { gatewayListeners } from "./gateway-listeners";
import { gatewayValues } from "./gateway-values";

/**
 * The gateways: each with its namespace, Deployment and Service, its listeners and its certificate.
 *
 * @see https://istio.io/latest/docs/setup/additional-setup/gateway/
 */
export const gateways: Feature = {
  name: "gateways",
  contribute: (input) => {
    const { gateways: configured } = input.environment;
    const idOf = gatewayIds(configured);
    const each = configured.map((gateway) => oneGateway(gateway, idOf(gateway.name), input));
    return {
      namespaces: each.flatMap(({ namespaces = [] }) => namespaces),
      releases: each.flatMap(({ releases = [] }) => releases),
      requests: each.flatMap(({ requests = [] }) => requests),
    };
  },
};

function oneGateway(gateway: GatewayConfig, id: string, input: FeatureInput): Contribution {
  const { mesh, certManager } = input.environment;
  const { namespace, serviceName, listenersName } = gatewayIdentity(gateway);
  const certificates = certificatesFor(gateway);
  const listeners = listenerObjects(gateway, certificates, input);
  // With ACME a gateway cannot wait for its certificate: the challenge arrives through it.
  const awaited = certificates.filter(({ config }) => issuedInCluster(config, certManager));
  const common = { namespace, phase: "gateways" } as const;
  const releases: ReleaseNeed[] = [
    {
      ...common,
      kind: "chart",
      path: [id, "gateway"],
      name: serviceName,
      component: "gateway",
      version: revisionFollowed(mesh, gateway.revision).istioVersion,
      values: valuesOfGateway(gateway, awaited, input),
      rawValues: gateway.values,
      timeoutSeconds: releaseTimeoutSecondsOf(gateway.exposure),
      // Waiting side by side would never end under `-parallelism=1`.
      afterReleases: awaited.length > 0 ? [listenersName] : [],
    },
  ];
  if (listeners.length > 0) {
    releases.unshift({
      ...common,
      kind: "objects",
      path: [id, "listeners"],
      name: listenersName,
      objects: listeners,
      after: ["policies", "load balancers", ...(gateway.tls === undefined ? [] : (["issuers"] as const))],
    });
  }
  return {
    namespaces: [
      {
        path: [id, "namespace"],
        name: namespace,
        podSecurity: "restricted",
        labels: namespaceLabelsOf(gateway.exposure),
      },
    ],
    releases,
    requests: [
      componentRequests(
        serviceName,
        gatewayReplicas(mesh, gateway).min,
        requestsOf(gateway.resources, proxyDefaults),
      ),
    ],
  };
}

function certificatesFor(gateway: GatewayConfig): readonly GatewayCertificate[] {
  return gateway.tls === undefined || tlsEndOf(gateway.exposure) === "load balancer, plain behind it"
    ? []
    : gatewayCertificates(gatewayIdentity(gateway).certificateName, gateway.tls);
}

function listenerObjects(
  gateway: GatewayConfig,
  certificates: readonly GatewayCertificate[],
  { environment }: FeatureInput,
): readonly Manifest[] {
  const { namespace } = gatewayIdentity(gateway);
  const secured = certificates.flatMap((certificate) => certificateObjects(certificate, namespace));
  switch (gateway.api) {
    case "istio": {
      const health = healthRoute(environment.health);
      return [...secured, ...gatewayListeners({ gateway, namespace, certificates, health })];
    }
    case "gateway-api":
      return [...secured, ...gatewayApiListeners(gateway, environment.mesh)];
  }
}

function valuesOfGateway(
  gateway: GatewayConfig,
  awaited: readonly GatewayCertificate[],
  { environment, cluster, images }: FeatureInput,
): object {
  const ports = servicePorts(gateway);
  const leaving = leavingOf(gateway);
  return gatewayValues({
    gateway,
    mesh: environment.mesh,
    images,
    ports,
    leaving,
    service: serviceOf(gateway.exposure, {
      environmentName: environment.name,
      gatewayName: gateway.name,
      target: environment.target,
      ports: ports.map(({ port }) => port),
      tlsPorts: tlsPorts(gateway),
      loadBalancer: cluster.loadBalancers.get(gateway.name) ?? noLoadBalancerFacts,
      drainSeconds: leaving.drainSeconds,
    }),
    awaited,
  });
}
