import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import type { AcmeIssuer, IssuerConfig } from "../../config/certificates";
import { certManagerNamespace } from "./cert-manager";
import type { ChartLibrary } from "../release/chart-library";
import type { Dns01Identity } from "../cluster/cluster-access";
import type {
  AcmeSolver,
  CertificateManifest,
  ClusterIssuerManifest,
  Dns01Solver,
} from "../release/manifests/cert-manager";
import { clusterIssuer } from "../release/manifests/cert-manager";
import type { Manifest } from "../release/manifests/manifest";
import { ManifestsRelease } from "../release/manifests-release";

/** Properties of {@link Issuers}. */
export interface IssuersProps {
  /** At least one. */
  readonly issuers: readonly IssuerConfig[];
  readonly identity: Dns01Identity;
  readonly charts: ChartLibrary;
  readonly dependsOn: readonly ITerraformDependable[];
}

/** IngressClass that istiod serves, for cert-manager's HTTP-01 challenges. */
export const challengeIngressClass = "istio";

/**
 * Defines the ClusterIssuers of an environment, in one release.
 *
 * @see https://cert-manager.io/docs/configuration/
 */
export class Issuers extends Construct {
  public readonly ready: readonly ITerraformDependable[];

  public constructor(scope: Construct, id: string, props: IssuersProps) {
    super(scope, id);
    const manifests = props.issuers.flatMap((issuer) => issuerManifests(issuer, props.identity));
    if (props.issuers.some((issuer) => issuer.kind === "acme" && issuer.solver.kind === "http01")) {
      manifests.push(ingressClass());
    }
    const { release } = new ManifestsRelease(this, "issuers", {
      name: "issuers",
      namespace: certManagerNamespace,
      charts: props.charts,
      manifests,
      dependsOn: props.dependsOn,
    });
    this.ready = [release];
  }
}

function issuerManifests(issuer: IssuerConfig, identity: Dns01Identity): Manifest[] {
  switch (issuer.kind) {
    case "acme":
      return [acmeIssuer(issuer, identity)];
    case "ca":
      return [caIssuer(issuer.name, issuer.secretName)];
    case "self-signed-ca":
      return selfSignedCa(issuer.name, issuer.commonName ?? issuer.name, issuer.durationDays);
  }
}

function issuerNamed(name: string, spec: ClusterIssuerManifest["spec"]): ClusterIssuerManifest {
  return { apiVersion: "cert-manager.io/v1", kind: "ClusterIssuer", metadata: { name }, spec };
}

function caIssuer(name: string, secretName: string): ClusterIssuerManifest {
  return issuerNamed(name, { ca: { secretName } });
}

function selfSignedCa(name: string, commonName: string, durationDays: number): Manifest[] {
  const bootstrap = `${name}-bootstrap`;
  const secretName = `${name}-root`;
  const root: CertificateManifest = {
    apiVersion: "cert-manager.io/v1",
    kind: "Certificate",
    metadata: { name: secretName, namespace: certManagerNamespace },
    spec: {
      isCA: true,
      commonName,
      secretName,
      duration: `${durationDays * 24}h`,
      issuerRef: clusterIssuer(bootstrap),
      // Clients trust this very key: it stays when the certificate is renewed.
      privateKey: { algorithm: "ECDSA", size: 256, rotationPolicy: "Never" },
    },
  };
  return [issuerNamed(bootstrap, { selfSigned: {} }), root, caIssuer(name, secretName)];
}

function acmeIssuer(issuer: AcmeIssuer, identity: Dns01Identity): ClusterIssuerManifest {
  return issuerNamed(issuer.name, {
    acme: {
      server: issuer.server,
      email: issuer.email,
      privateKeySecretRef: { name: `${issuer.name}-account` },
      solvers: [solver(issuer, identity)],
    },
  });
}

function solver(issuer: AcmeIssuer, identity: Dns01Identity): AcmeSolver {
  switch (issuer.solver.kind) {
    case "http01":
      return { http01: { ingress: { ingressClassName: challengeIngressClass } } };
    case "dns01":
      return { dns01: dns01Solver(issuer.name, issuer.solver.provider, identity) };
  }
}

type Dns01Provider = Extract<AcmeIssuer["solver"], { kind: "dns01" }>["provider"];

function dns01Solver(issuerName: string, provider: Dns01Provider, identity: Dns01Identity): Dns01Solver {
  switch (provider.kind) {
    case "route53": {
      const zone = provider.hostedZoneId === undefined ? {} : { hostedZoneID: provider.hostedZoneId };
      return { route53: { ...identity.route53, ...zone } };
    }
    case "azure-dns": {
      if (identity.azureDns === undefined) {
        throw new Error(
          `Issuer '${issuerName}' solves DNS-01 through Azure DNS, but target is not azure; use another provider.`,
        );
      }
      return {
        azureDNS: {
          hostedZoneName: provider.zoneName,
          resourceGroupName: provider.resourceGroupName,
          subscriptionID: provider.subscriptionId ?? identity.azureDns.subscriptionId,
          environment: "AzurePublicCloud",
          managedIdentity: { clientID: identity.azureDns.clientId },
        },
      };
    }
    case "cloudflare":
      return { cloudflare: { apiTokenSecretRef: provider.apiTokenSecret } };
  }
}

function ingressClass(): Manifest & { readonly spec: { readonly controller: string } } {
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "IngressClass",
    metadata: { name: challengeIngressClass },
    spec: { controller: "istio.io/ingress-controller" },
  };
}
