import type { Feature, ReleaseNeed } from "../../composition/contribution";
import { issuerReference, type CertificateManifest } from "../../composition/manifests/cert-manager";
import type { ConfigMapManifest, Manifest } from "../../composition/manifests/manifest";
import { certManagerNamespace, istioNamespace } from "../../composition/namespace-names";
import type { CacertsConfig, IstioCsrConfig } from "./keys";
import { istioCsrAddress, istioCsrRelease, rootsName } from "./istio-csr";
import { declaredRoots, meshCaLabel, meshCaName, signerOf, type DeclaredCa } from "./mesh-ca-state";

/** Label of istiod's Deployment that names the kind of CA; a mesh keeps the kind that it was started with. */
export const caKindLabel = "istio-cdktf.dev/ca";

const folder = "/etc/mesh-ca";
const advice = "remove it: it follows from mesh.ca";

/**
 * Who signs certificates inside the mesh, by `mesh.ca`.
 *
 * istiod reads an intermediate from a volume that is not optional: where the Secret or one of its keys is missing, its
 * pod does not start, and cannot sign with a CA of its own.
 *
 * @see https://istio.io/latest/docs/tasks/security/cert-management/plugin-ca-cert/
 */
export const meshCa: Feature = {
  name: "mesh-ca",
  guardedValues: {
    istiod: Object.fromEntries(
      ["ROOT_CA_DIR", "ISTIO_MULTIROOT_MESH", "ENABLE_CA_SERVER"].flatMap((name) => [
        [`env.${name}`, advice],
        [`pilot.env.${name}`, advice],
      ]),
    ),
  },
  contribute: (input) => {
    const { ca } = input.environment.mesh;
    switch (ca.kind) {
      case "istio":
        return {};
      case "cacerts":
        return {
          meshConfig: learnRootsAtOnce,
          values: { istiod: cacertsValues(ca) },
          releases: [objectsRelease(ca, certificateOf(ca))],
        };
      case "istio-csr":
        return {
          values: { istiod: istioCsrClientValues(ca), ztunnel: { caAddress: istioCsrAddress } },
          releases: [objectsRelease(ca, []), rootsRelease(ca), istioCsrRelease(ca, input)],
        };
    }
  },
};

/** Every proxy learns of a changed bundle of roots at once, and not with its next certificate. */
const learnRootsAtOnce = { defaultConfig: { proxyMetadata: { PROXY_CONFIG_XDS_AGENT: "true" } } };

function istioCsrClientValues({ kind }: IstioCsrConfig) {
  const volume = "mesh-ca";
  return {
    deploymentLabels: { [caKindLabel]: kind },
    env: { ENABLE_CA_SERVER: "false" },
    global: { caAddress: istioCsrAddress },
    // The chart mounts istiod-tls where it is there; here istiod waits until it is.
    volumes: [{ name: volume, secret: { secretName: "istiod-tls" } }],
    volumeMounts: [{ name: volume, mountPath: folder, readOnly: true }],
  };
}

function rootsRelease(ca: IstioCsrConfig): ReleaseNeed {
  const roots: ConfigMapManifest = {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: rootsName, namespace: certManagerNamespace },
    data: { "root-cert.pem": declaredRoots(ca).pem },
  };
  return {
    kind: "objects",
    path: ["mesh-ca", "roots"],
    name: rootsName,
    namespace: certManagerNamespace,
    phase: "certificate authority",
    after: ["preconditions", "issuers"],
    objects: [roots],
  };
}

function cacertsValues(ca: CacertsConfig) {
  const volume = "mesh-ca";
  return {
    deploymentLabels: { [caKindLabel]: ca.kind },
    env: { ROOT_CA_DIR: folder, ISTIO_MULTIROOT_MESH: "true" },
    volumes: [{ name: volume, projected: { sources: volumeSources(ca) } }],
    volumeMounts: [{ name: volume, mountPath: folder, readOnly: true }],
  };
}

/** The four files that istiod asks for. The chain is what stands between a workload's certificate and the root. */
function volumeSources(ca: CacertsConfig): readonly object[] {
  const issued = ca.secretName === undefined || ca.secretKeys === "tls";
  const items = issued
    ? [
        { key: "tls.crt", path: "ca-cert.pem" },
        { key: "tls.key", path: "ca-key.pem" },
        { key: "tls.crt", path: "cert-chain.pem" },
      ]
    : ["ca-cert.pem", "ca-key.pem", "cert-chain.pem"].map((key) => ({ key, path: key }));
  const root = { key: "root-cert.pem", path: "root-cert.pem" };
  const rootOfIssuer = ca.roots === undefined ? [{ key: "ca.crt", path: root.path }] : [];
  return [
    { secret: { name: ca.secretName ?? meshCaName, items: [...items, ...rootOfIssuer] } },
    ...(ca.roots === undefined ? [] : [{ configMap: { name: meshCaName, items: [root] } }]),
  ];
}

function certificateOf(ca: CacertsConfig): readonly CertificateManifest[] {
  if (ca.secretName !== undefined) return [];
  return [
    {
      apiVersion: "cert-manager.io/v1",
      kind: "Certificate",
      metadata: { name: meshCaName, namespace: istioNamespace, labels: { [meshCaLabel]: "intermediate" } },
      spec: {
        isCA: true,
        commonName: "istiod-ca",
        secretName: meshCaName,
        duration: `${ca.durationDays * 24}h`,
        ...(ca.renewBeforeDays === undefined ? {} : { renewBefore: `${ca.renewBeforeDays * 24}h` }),
        issuerRef: issuerReference(ca),
        // Only the last request is kept, so that the output `mesh_ca` reads the current one.
        revisionHistoryLimit: 1,
        privateKey: { algorithm: "ECDSA", size: 256, rotationPolicy: "Always" },
      },
    },
  ];
}

/** What is declared of the CA, beside what is asked of cert-manager: the next plan compares it with the file. */
function objectsRelease(ca: DeclaredCa, others: readonly Manifest[]): ReleaseNeed {
  const roots = declaredRoots(ca);
  const state: ConfigMapManifest = {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: meshCaName, namespace: istioNamespace, labels: { [meshCaLabel]: "state" } },
    data: {
      signer: signerOf(ca),
      roots: roots.fingerprints,
      ...(roots.pem === "" ? {} : { "root-cert.pem": roots.pem }),
    },
  };
  return {
    kind: "objects",
    path: ["mesh-ca", "objects"],
    name: meshCaName,
    namespace: istioNamespace,
    phase: "certificate authority",
    after: ["preconditions", "issuers"],
    objects: [state, ...others],
  };
}
