import { z } from "zod";
import { compatibility, newest } from "./compatibility/compatibility";
import { hostedZoneId, iamRoleArn, resourceGroupName } from "./cloud-names";
import { hostName, httpsUrl, kubernetesName, objectName } from "./kubernetes-name";
import { rawValues } from "./values/raw-values";

const secretKey = z
  .strictObject({
    name: kubernetesName.describe("Name of a Secret in namespace cert-manager that somebody else makes."),
    key: z
      .string()
      .regex(/^[-._a-zA-Z0-9]{1,253}$/, { error: "letters, digits, dashes, dots and underscores" })
      .describe("Key in that Secret."),
  })
  .describe("Reference to a Secret; its value never enters a file or the state.");

const dns01 = z
  .discriminatedUnion("kind", [
    z
      .strictObject({
        kind: z.literal("route53"),
        hostedZoneId: hostedZoneId.optional().describe("Default: found by name."),
        roleArn: iamRoleArn
          .optional()
          .describe("Role that cert-manager takes for a zone of another account. Default: its own rights."),
      })
      .describe("Route 53, by the cluster's own role (target aws)."),
    z
      .strictObject({
        kind: z.literal("azure-dns"),
        zoneName: hostName,
        resourceGroupName,
        subscriptionId: z.guid().optional().describe("Default: the cluster's own."),
      })
      .describe("Azure DNS, by the cluster's workload identity (target azure)."),
    z
      .strictObject({ kind: z.literal("cloudflare"), apiTokenSecret: secretKey })
      .describe("Cloudflare, by an API token."),
  ])
  .describe("Provider of the DNS zone.");

const acmeIssuer = z
  .strictObject({
    kind: z.literal("acme"),
    name: kubernetesName,
    server: httpsUrl.default("https://acme-v02.api.letsencrypt.org/directory").describe("ACME directory."),
    email: z.email().describe("Where the CA writes about expiring certificates."),
    solver: z
      .discriminatedUnion("kind", [
        z
          .strictObject({ kind: z.literal("http01") })
          .describe("By a path on port 80 of the first ingress gateway."),
        z
          .strictObject({ kind: z.literal("dns01"), provider: dns01 })
          .describe("By a TXT record; needed for wildcards."),
      ])
      .describe("How ownership of a name is shown."),
  })
  .describe("A CA that speaks ACME, such as Let's Encrypt.");

const selfSignedCaIssuer = z
  .strictObject({
    kind: z.literal("self-signed-ca"),
    name: kubernetesName,
    commonName: z.string().min(1).max(64).optional().describe("Default: the issuer's name."),
    durationDays: z.int().min(30).max(3650).default(3650).describe("How long the CA's certificate holds."),
  })
  .describe("A private CA that cert-manager makes and keeps in the cluster.");

const caIssuer = z
  .strictObject({
    kind: z.literal("ca"),
    name: kubernetesName,
    secretName: kubernetesName.describe(
      "Secret in namespace cert-manager with tls.crt and tls.key of your CA.",
    ),
  })
  .describe("Your own CA, from a Secret that somebody else makes.");

/** An issuer of any kind that cert-manager or an issuer of somebody else's knows. */
export const issuerRef = z
  .strictObject({
    name: objectName.describe("Name of the issuer."),
    kind: z
      .string()
      .regex(/^[A-Z][A-Za-z0-9]{0,62}$/, { error: "a kind of Kubernetes such as ClusterIssuer" })
      .default("ClusterIssuer")
      .describe(
        "Kind, such as ClusterIssuer, Issuer (of the certificate's own namespace) or AWSPCAClusterIssuer.",
      ),
    group: hostName.default("cert-manager.io").describe("API group, such as awspca.cert-manager.io."),
  })
  .describe("An issuer that this file does not make: Vault, AWS PCA, Venafi, or an Issuer of a namespace.");

/** A source of certificates; a ClusterIssuer in the cluster. */
export const issuer = z.discriminatedUnion("kind", [acmeIssuer, selfSignedCaIssuer, caIssuer]);

const newestRelease = `v${newest(compatibility.certManager)}`;

/** cert-manager and its issuers. */
export const certManager = z
  .strictObject({
    version: z
      .string()
      .regex(/^v[0-9]+\.[0-9]+\.[0-9]+$/, { error: `a cert-manager release such as ${newestRelease}` })
      .default(newestRelease)
      .describe("cert-manager release."),
    management: z
      .enum(["install", "adopt", "none"])
      .default("install")
      .describe(
        "install: this stack owns cert-manager. adopt: the cluster has it already. none: no certificates.",
      ),
    issuers: z.array(issuer).default([]).describe("ClusterIssuers to make."),
    values: rawValues,
  })
  .prefault({})
  .describe("cert-manager.");

export type CertManagerConfig = z.output<typeof certManager>;
export type IssuerRef = z.output<typeof issuerRef>;
export type IssuerConfig = z.output<typeof issuer>;
export type AcmeIssuer = z.output<typeof acmeIssuer>;
