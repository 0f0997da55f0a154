import type { CertManagerConfig, IssuerConfig } from "../../config/certificates";
import type { CertificateConfig } from "../../config/gateway/gateway-certificates";

/** The issuer of a gateway's certificate, or undefined when the environment file does not make it. */
export function gatewayIssuer(
  { issuer }: Pick<CertificateConfig, "issuer">,
  certManager: CertManagerConfig,
): IssuerConfig | undefined {
  return certManager.issuers.find(({ name }) => name === issuer);
}

/** Whether a CA inside the cluster signs the certificate. */
export function issuedInCluster(
  certificate: Pick<CertificateConfig, "issuer">,
  certManager: CertManagerConfig,
): boolean {
  const issuer = gatewayIssuer(certificate, certManager);
  return issuer !== undefined && issuer.kind !== "acme";
}
