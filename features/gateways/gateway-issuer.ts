import type { CertManagerConfig, IssuerConfig } from "../../config/certificates";
import type { GatewayConfig } from "../../config/gateway/gateway";

/** The issuer of a gateway's certificate, or undefined when the environment file does not make it. */
export function gatewayIssuer(
  { tls }: GatewayConfig,
  certManager: CertManagerConfig,
): IssuerConfig | undefined {
  return certManager.issuers.find(({ name }) => name === tls?.issuer);
}

/** Whether a CA inside the cluster signs the gateway's certificate. */
export function issuedInCluster(gateway: GatewayConfig, certManager: CertManagerConfig): boolean {
  const issuer = gatewayIssuer(gateway, certManager);
  return issuer !== undefined && issuer.kind !== "acme";
}
