import { covers } from "../../config/gateway/covers";
import {
  certificatesOf,
  type CertificateConfig,
  type PlacedCertificate,
} from "../../config/gateway/gateway-certificates";
import type { GatewayTls } from "../../config/gateway/gateway";
import { issuerReference, type CertificateManifest } from "../../composition/manifests/cert-manager";
import type { Manifest } from "../../composition/manifests/manifest";

/** Label that leads from a gateway's Certificate to its CertificateRequest, to which cert-manager copies it. */
export const certificateLabel = "istio-cdktf.dev/gateway";

/** A certificate of a gateway, and the Secret in which istiod finds it. */
export interface GatewayCertificate extends PlacedCertificate {
  /** Name of its Certificate, where the stack makes one. */
  readonly certificateName: string;
  readonly secretName: string;
}

/** @param certificateName name of the Certificate of the one in `tls` itself */
export function gatewayCertificates(certificateName: string, tls: GatewayTls): readonly GatewayCertificate[] {
  return certificatesOf(tls).map((placed) => {
    const own = placed.name === undefined ? certificateName : `${certificateName}-${placed.name}`;
    return { ...placed, certificateName: own, secretName: placed.config.secretName ?? own };
  });
}

/** The hosts that a certificate serves on a port: all of its own where the port names none. */
export function hostsOfCertificate(
  config: CertificateConfig,
  portHosts: readonly string[] | undefined,
): readonly string[] {
  return portHosts?.filter((each) => config.hosts.some((own) => covers(own, each))) ?? config.hosts;
}

/** The Certificate and the client CAs of a gateway, in the namespace where istiod looks for them. */
export function certificateObjects(
  { config, certificateName, secretName }: GatewayCertificate,
  namespace: string,
): readonly Manifest[] {
  return [
    ...(config.secretName === undefined ? [certificateManifest(certificateName, namespace, config)] : []),
    ...(config.clientCertificates === undefined
      ? []
      : [clientCas(secretName, namespace, config.clientCertificates.ca)]),
  ];
}

function certificateManifest(
  name: string,
  namespace: string,
  config: CertificateConfig,
): CertificateManifest {
  const {
    commonName,
    durationHours,
    renewBeforeHours,
    privateKey = { algorithm: "ECDSA", size: 256 },
  } = config;
  return {
    apiVersion: "cert-manager.io/v1",
    kind: "Certificate",
    metadata: { name, namespace, labels: { [certificateLabel]: name } },
    spec: {
      secretName: name,
      ...(commonName === undefined ? {} : { commonName }),
      dnsNames: config.hosts,
      ...(durationHours === undefined ? {} : { duration: `${durationHours}h` }),
      ...(renewBeforeHours === undefined ? {} : { renewBefore: `${renewBeforeHours}h` }),
      issuerRef: issuerReference(config),
      // Only the last request is kept, so that the output `gateway_ca` reads the current one.
      revisionHistoryLimit: 1,
      privateKey: { ...privateKey, rotationPolicy: "Always" },
    },
  };
}

// istiod asks for client CAs by the name of the certificate's Secret with this ending. They are public.
function clientCas(
  secretName: string,
  namespace: string,
  ca: string,
): Manifest & { readonly stringData: Readonly<Record<string, string>> } {
  return {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: `${secretName}-cacert`, namespace },
    stringData: { "ca.crt": ca },
  };
}
