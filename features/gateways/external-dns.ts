import { certifiedHosts } from "../../config/gateway/gateway-certificates";
import type { GatewayConfig } from "../../config/gateway/gateway";

/**
 * Keys of the annotations by which external-dns makes records for a Service.
 *
 * @see https://kubernetes-sigs.github.io/external-dns/latest/docs/annotations/annotations/
 */
export const externalDnsKeys = {
  hostname: "external-dns.alpha.kubernetes.io/hostname",
  ttl: "external-dns.alpha.kubernetes.io/ttl",
} as const;

/** Annotations of a gateway's Service that ask external-dns for records of its host names. */
export function externalDnsAnnotations({ dns, tls }: GatewayConfig): Readonly<Record<string, string>> {
  if (dns?.kind !== "external-dns" || tls === undefined) return {};
  return {
    [externalDnsKeys.hostname]: [...new Set(certifiedHosts(tls))].join(","),
    ...(dns.ttlSeconds === undefined ? {} : { [externalDnsKeys.ttl]: String(dns.ttlSeconds) }),
  };
}
