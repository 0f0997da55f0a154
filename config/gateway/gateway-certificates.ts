import type { GatewayTls } from "./gateway";

/** One of the certificates of a gateway. */
export type CertificateConfig = Omit<GatewayTls, "minimumVersion" | "certificates">;

/** A certificate, with what its name adds to the gateway's and where it stands below `tls`. */
export interface PlacedCertificate {
  /** Undefined for the one that stands in `tls` itself. */
  readonly name?: string;
  readonly path: readonly (string | number)[];
  readonly config: CertificateConfig;
}

/** All certificates of a gateway, the one in `tls` itself first. */
export function certificatesOf(tls: GatewayTls): readonly [PlacedCertificate, ...PlacedCertificate[]] {
  return [
    { path: [], config: tls },
    ...tls.certificates.map((config, index) => ({
      name: config.name,
      path: ["certificates", index],
      config,
    })),
  ];
}

/** Host names in all certificates of a gateway. */
export function certifiedHosts(tls: GatewayTls): readonly string[] {
  return certificatesOf(tls).flatMap(({ config }) => config.hosts);
}
