import type { GatewayTls } from "../../config/gateway/gateway";
import { clusterIssuer, type CertificateManifest } from "../../composition/manifests/cert-manager";

/** Label that leads from a gateway's Certificate to its CertificateRequest, to which cert-manager copies it. */
export const certificateLabel = "istio-cdktf.dev/gateway";

/** The Certificate of a gateway, in the namespace where istiod looks for it. */
export function gatewayCertificate(name: string, namespace: string, tls: GatewayTls): CertificateManifest {
  return {
    apiVersion: "cert-manager.io/v1",
    kind: "Certificate",
    metadata: { name, namespace, labels: { [certificateLabel]: name } },
    spec: {
      secretName: name,
      dnsNames: tls.hosts,
      issuerRef: clusterIssuer(tls.issuer),
      // Only the last request is kept, so that the output `gateway_ca` reads the current one.
      revisionHistoryLimit: 1,
      privateKey: { algorithm: "ECDSA", size: 256, rotationPolicy: "Always" },
    },
  };
}
