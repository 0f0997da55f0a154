import type { IstioCsrChartValues } from "../../composition/chart-values/istio-csr";
import { spreadOverNodes } from "../../composition/chart-values/kubernetes";
import type { FeatureInput, ReleaseNeed } from "../../composition/contribution";
import { issuerReference } from "../../composition/manifests/cert-manager";
import { certManagerNamespace, istioNamespace } from "../../composition/namespace-names";
import { revisionsOf } from "../../config/mesh/revisions";
import type { IstioCsrConfig } from "./keys";
import { meshCaName } from "./mesh-ca-state";

/** Name of the release and its Service. */
const releaseName = "cert-manager-istio-csr";
const rootFolder = "/etc/mesh-ca";

/** Where proxies and istiod ask for certificates. */
export const istioCsrAddress = `${releaseName}.${certManagerNamespace}.svc:443`;

/**
 * istio-csr: cert-manager and the issuer before it, istiod behind it.
 *
 * The roots are pinned by a file: otherwise it takes for the root whatever the first answer of the issuer names.
 */
export function istioCsrRelease(ca: IstioCsrConfig, input: FeatureInput): ReleaseNeed {
  return {
    kind: "chart",
    path: ["mesh-ca", "istio-csr"],
    name: releaseName,
    namespace: certManagerNamespace,
    component: "istioCsr",
    version: ca.version,
    phase: "certificate authority",
    after: ["preconditions", "issuers"],
    // It makes istiod's certificate, so that the namespace must be there, and reads the roots.
    afterReleases: [meshCaName, rootsName],
    values: istioCsrValues(ca, input),
  };
}

/** Name of the ConfigMap with the roots in cert-manager's namespace, and of its release. */
export const rootsName = `${meshCaName}-roots`;

function istioCsrValues(
  ca: IstioCsrConfig,
  { environment, images, cluster }: FeatureInput,
): IstioCsrChartValues {
  const { name, kind, group } = issuerReference(ca);
  const several = environment.mesh.size === "production";
  return {
    replicaCount: several ? 2 : 1,
    ...(images.registry === undefined ? {} : { imageRegistry: images.registry }),
    ...(images.pullSecrets.length === 0 ? {} : { imagePullSecrets: images.pullSecretReferences }),
    app: {
      certmanager: { namespace: istioNamespace, issuer: { name, kind, group } },
      tls: { trustDomain: environment.mesh.trustDomain, rootCAFile: `${rootFolder}/root-cert.pem` },
      server: {
        clusterID: cluster.clusterName,
        // ztunnel asks for the certificates of the pods on its node.
        ...(environment.mesh.mode === "ambient"
          ? { caTrustedNodeAccounts: `${istioNamespace}/ztunnel` }
          : {}),
      },
      istio: {
        revisions: revisionsOf(environment.mesh).map(({ name }) => name),
        namespace: istioNamespace,
      },
    },
    ...(several
      ? { topologySpreadConstraints: spreadOverNodes({ "app.kubernetes.io/name": releaseName }) }
      : {}),
    volumes: [{ name: rootsName, configMap: { name: rootsName } }],
    volumeMounts: [{ name: rootsName, mountPath: rootFolder, readOnly: true }],
  };
}
