import type { NetworkGatewayChartValues } from "../../composition/chart-values/gateway";
import type { Contribution, Feature, FeatureInput, ReleaseNeed } from "../../composition/contribution";
import { clusterIssuer, type CertificateManifest } from "../../composition/manifests/cert-manager";
import type { AuthorizationPolicyManifest, GatewayManifest } from "../../composition/manifests/istio";
import { certManagerNamespace, eastWestNamespace, istioNamespace } from "../../composition/namespace-names";
import { componentRequests, proxyDefaults, requestsOf } from "../../composition/requests";
import type { Environment } from "../../config/environment";
import { intermediateName, type Membership } from "../../config/meshes/membership";
import { revisionFollowed, revisionLabel } from "../../config/mesh/revisions";
import { gatewayReplicas } from "../../config/mesh/size-defaults";
import { gatewaySecurityContext, scaling, stopping } from "../gateways/gateway-values";
import { eastWestService } from "./east-west-service";

/** Name of the release, Deployment and Service of the gateway by which other networks come. */
export const eastWestGateway = "istio-eastwestgateway";

const selector = { istio: "eastwestgateway" };

/** Port on which other members' proxies come in, each with mutual TLS to the workload that it names. */
const crossNetworkPort = 15443;

/**
 * What a cluster needs to be a member of a mesh over several: its names in istiod, the label of its network, the
 * east-west gateway where networks differ, and the intermediates that its issuer signs for other members.
 *
 * What joins the clusters is the stack of the link.
 *
 * @see https://istio.io/latest/docs/setup/install/multicluster/multi-primary_multi-network/
 */
export const multiCluster: Feature = {
  name: "multi-cluster",
  contribute: (input) => {
    const { membership, mesh } = input.environment;
    if (membership === undefined) return {};
    const { mesh: meshID, network, joinsNetworks, intermediates } = membership;
    const gateway = joinsNetworks ? eastWest(membership, input) : {};
    return {
      values: { istiod: { global: { meshID, network } } },
      policies: gateway.policies ?? [],
      namespaces: [
        {
          path: ["istio-system"],
          name: istioNamespace,
          podSecurity: mesh.cni.enabled ? "privileged" : "baseline",
          labels: { "topology.istio.io/network": network },
        },
        ...(gateway.namespaces ?? []),
      ],
      releases: [...(gateway.releases ?? []), ...(intermediates.length === 0 ? [] : [signed(membership)])],
      requests: gateway.requests ?? [],
    };
  },
};

function eastWest(membership: Membership, input: FeatureInput): Contribution {
  const { environment } = input;
  const { mesh, policies } = environment;
  const common = { namespace: eastWestNamespace, phase: "gateways" } as const;
  return {
    namespaces: [{ path: ["east-west", "namespace"], name: eastWestNamespace, podSecurity: "restricted" }],
    releases: [
      {
        ...common,
        kind: "objects",
        path: ["east-west", "listeners"],
        name: "cross-network-gateway",
        objects: [crossNetworkGateway],
      },
      {
        ...common,
        kind: "chart",
        path: ["east-west", "gateway"],
        name: eastWestGateway,
        component: "gateway",
        version: revisionFollowed(mesh).istioVersion,
        values: eastWestValues(membership, input),
        // Behind a controller there may be a cloud, whose load balancers take minutes.
        timeoutSeconds: 900,
      },
    ],
    policies: policies.authorization.default === "deny" ? [othersComeIn] : [],
    requests: [
      componentRequests(eastWestGateway, replicasOf(environment).min, requestsOf(undefined, proxyDefaults)),
    ],
  };
}

/** Who comes in is proven to the workload itself, to which the gateway passes connections on. */
const othersComeIn: AuthorizationPolicyManifest = {
  apiVersion: "security.istio.io/v1",
  kind: "AuthorizationPolicy",
  metadata: { name: eastWestGateway, namespace: eastWestNamespace },
  spec: { selector: { matchLabels: selector }, action: "ALLOW", rules: [{}] },
};

/** Connections name a workload of the mesh by their server name, and are passed on as they are. */
const crossNetworkGateway: GatewayManifest = {
  apiVersion: "networking.istio.io/v1",
  kind: "Gateway",
  metadata: { name: "cross-network-gateway", namespace: eastWestNamespace },
  spec: {
    selector,
    servers: [
      {
        port: { number: crossNetworkPort, name: "tls", protocol: "TLS" },
        tls: { mode: "AUTO_PASSTHROUGH" },
        hosts: ["*.local"],
      },
    ],
  },
};

/** A balancer outside the cluster finds out by its health checks that a pod is to go. */
const noticeSeconds = 15;

function replicasOf({ mesh }: Environment) {
  return gatewayReplicas(mesh, {});
}

function eastWestValues(
  { network, eastWestGateway: exposure }: Membership,
  { environment, images }: FeatureInput,
): NetworkGatewayChartValues {
  const { mesh, target } = environment;
  const replicas = replicasOf(environment);
  const revision = revisionLabel(revisionFollowed(mesh));
  return {
    ...(revision === "" ? {} : { revision }),
    networkGateway: network,
    ...scaling(replicas, selector),
    ...stopping({ noticeSeconds, drainSeconds: exposure.drainSeconds }, false),
    securityContext: gatewaySecurityContext,
    ...(images.pullSecrets.length === 0 ? {} : { imagePullSecrets: images.pullSecretReferences }),
    service: eastWestService(exposure, target.kind),
  };
}

/** CAs for the other members, below the root that this one has. */
function signed({ intermediates }: Membership): ReleaseNeed {
  return {
    kind: "objects",
    path: ["multi-cluster", "intermediates"],
    name: "mesh-root-intermediates",
    namespace: certManagerNamespace,
    phase: "certificate authority",
    after: ["preconditions", "issuers"],
    objects: intermediates.map(({ member, issuer, durationDays }): CertificateManifest => ({
      apiVersion: "cert-manager.io/v1",
      kind: "Certificate",
      metadata: { name: intermediateName(member), namespace: certManagerNamespace },
      spec: {
        isCA: true,
        commonName: `mesh root for ${member}`.slice(0, 64),
        secretName: intermediateName(member),
        duration: `${durationDays * 24}h`,
        issuerRef: clusterIssuer(issuer),
        // The other member keeps a copy: a new key would not reach it by itself.
        privateKey: { algorithm: "ECDSA", size: 256, rotationPolicy: "Never" },
      },
    })),
  };
}
