import type { IssuerRef } from "../../config/certificates";
import type { Manifest } from "./manifest";

/** Reference to an issuer. */
export interface IssuerReference {
  readonly name: string;
  readonly kind: string;
  readonly group: string;
}

/** @see https://cert-manager.io/docs/usage/certificate/ */
export interface CertificateManifest extends Manifest {
  readonly apiVersion: "cert-manager.io/v1";
  readonly kind: "Certificate";
  readonly spec: {
    readonly secretName: string;
    readonly issuerRef: IssuerReference;
    readonly isCA?: true;
    readonly commonName?: string;
    readonly dnsNames?: readonly string[];
    readonly duration?: string;
    readonly renewBefore?: string;
    readonly revisionHistoryLimit?: number;
    readonly privateKey: {
      readonly algorithm: "ECDSA" | "RSA";
      readonly size: number;
      readonly rotationPolicy: "Always" | "Never";
    };
  };
}

/** Settings of one DNS-01 provider, in cert-manager's own words. */
export type Dns01Solver =
  | { readonly route53: { readonly region?: string; readonly hostedZoneID?: string; readonly role?: string } }
  | {
      readonly azureDNS: {
        readonly hostedZoneName: string;
        readonly resourceGroupName: string;
        readonly subscriptionID: string;
        readonly environment: "AzurePublicCloud";
        readonly managedIdentity: { readonly clientID: string };
      };
    }
  | {
      readonly cloudflare: {
        readonly apiTokenSecretRef: { readonly name: string; readonly key: string };
      };
    };

/** How ownership of a name is shown to an ACME server. */
export type AcmeSolver =
  | { readonly http01: { readonly ingress: { readonly ingressClassName: string } } }
  | { readonly dns01: Dns01Solver };

/** @see https://cert-manager.io/docs/configuration/ */
export interface ClusterIssuerManifest extends Manifest {
  readonly apiVersion: "cert-manager.io/v1";
  readonly kind: "ClusterIssuer";
  readonly spec:
    | { readonly selfSigned: Readonly<Record<string, never>> }
    | { readonly ca: { readonly secretName: string } }
    | {
        readonly acme: {
          readonly server: string;
          readonly email: string;
          readonly privateKeySecretRef: { readonly name: string };
          readonly solvers: readonly AcmeSolver[];
        };
      };
}

/** The ClusterIssuer with this name. */
export function clusterIssuer(name: string): IssuerReference {
  return { name, kind: "ClusterIssuer", group: "cert-manager.io" };
}

/** The issuer that a file names: one of its own by name, or one of another kind. */
export function issuerReference({
  issuer,
  issuerRef,
}: {
  readonly issuer?: string | undefined;
  readonly issuerRef?: IssuerRef | undefined;
}): IssuerReference {
  return issuerRef ?? clusterIssuer(issuer ?? "");
}
