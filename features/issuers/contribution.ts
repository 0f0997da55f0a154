import type { Feature } from "../../composition/contribution";
import type { Dns01Identity } from "../../composition/cluster-facts";
import {
  type AcmeSolver,
  type CertificateManifest,
  clusterIssuer,
  type ClusterIssuerManifest,
  type Dns01Solver,
} from "../../composition/manifests/cert-manager";
import type { Manifest } from "../../composition/manifests/manifest";
import { certManagerNamespace } from "../../composition/namespace-names";
import type { AcmeIssuer, IssuerConfig } from "../../config/certificates";

/** IngressClass that istiod serves, for cert-manager's HTTP-01 challenges. */
export const challengeIngressClass = "istio";

/**
 * The ClusterIssuers of an environment, in one release, and who answers their HTTP-01 challenges.
 *
 * @see https://cert-manager.io/docs/configuration/
 */
export const issuers: Feature = {
  name: "issuers",
  contribute: ({ environment, cluster }) => {
    const configured = environment.certManager.issuers;
    const challenges = configured.some((issuer) => issuer.kind === "acme" && issuer.solver.kind === "http01");
    const ingress = environment.gateways.find(({ direction }) => direction === "ingress");
    // Ingresses are read only where cert-manager needs them; an NGINX ingress beside Istio keeps its own.
    const meshConfig =
      challenges && ingress !== undefined
        ? ({ ingressControllerMode: "STRICT", ingressSelector: ingress.name } as const)
        : ({ ingressControllerMode: "OFF" } as const);
    if (configured.length === 0) return { meshConfig };
    return {
      meshConfig,
      releases: [
        {
          kind: "objects",
          path: ["issuers", "issuers"],
          name: "issuers",
          namespace: certManagerNamespace,
          phase: "issuers",
          objects: [
            ...configured.flatMap((issuer) => issuerManifests(issuer, cluster.dns01)),
            ...(challenges ? [ingressClass()] : []),
          ],
        },
      ],
    };
  },
};

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
      const role = provider.roleArn === undefined ? {} : { role: provider.roleArn };
      return { route53: { ...identity.route53, ...zone, ...role } };
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
