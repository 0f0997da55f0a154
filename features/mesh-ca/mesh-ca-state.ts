import { issuerReference } from "../../composition/manifests/cert-manager";
import { pemBlocks, readCertificates } from "../../config/pem";
import type { MeshCaConfig } from "./keys";

/** A CA that is not istiod's own. */
export type DeclaredCa = Exclude<MeshCaConfig, { readonly kind: "istio" }>;

/** Name of the Certificate, its Secret, and the ConfigMap that says what is declared, all in istio-system. */
export const meshCaName = "mesh-ca";
/** Label of what belongs to the CA: `intermediate`, `state`, or `proxies` for what `npm run trust` has seen. */
export const meshCaLabel = "istio-cdktf.dev/mesh-ca";
/** Name of the ConfigMap in which `npm run trust` leaves what every proxy trusts. */
export const seenName = "mesh-ca-proxies";

/** The roots of a file: as one bundle, and as fingerprints with commas between; "" where none are pinned. */
export function declaredRoots({ roots = [] }: DeclaredCa): {
  readonly pem: string;
  readonly fingerprints: string;
} {
  const bundle = roots.flatMap(pemBlocks);
  const fingerprints = bundle.flatMap(readCertificates).map((one) => one?.fingerprint ?? "unreadable");
  return { pem: bundle.join(""), fingerprints: [...new Set(fingerprints)].join(",") };
}

/** Where the signing certificate comes from, such as `ClusterIssuer.cert-manager.io/local-ca`. */
export function signerOf(ca: DeclaredCa): string {
  if (ca.kind === "cacerts" && ca.secretName !== undefined) return `Secret/${ca.secretName}`;
  const { name, kind, group } = issuerReference(ca);
  return `${kind}.${group}/${name}`;
}
