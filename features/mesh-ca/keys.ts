import { z } from "zod";
import { issuerRef } from "../../config/certificates";
import { kubernetesName, objectName } from "../../config/kubernetes-name";
import { certificatesPem } from "../../config/pem";

const from = {
  issuer: kubernetesName
    .optional()
    .describe(
      "Name of an issuer under `certManager.issuers`, or of a ClusterIssuer the cluster has. One of issuer, issuerRef and secretName.",
    ),
  issuerRef: issuerRef.optional(),
};

const roots = z
  .array(certificatesPem)
  .min(1)
  .max(10)
  .describe(
    "Root certificates that every proxy trusts, PEM. Pins them: istiod does not start with a CA that leads to none of them.",
  );

const cacerts = z
  .strictObject({
    kind: z.literal("cacerts"),
    ...from,
    secretName: objectName
      .optional()
      .describe(
        "Secret in istio-system that somebody else makes, with the CA's certificate, key and chain. Needs `roots`.",
      ),
    secretKeys: z
      .enum(["istio", "tls"])
      .default("istio")
      .describe(
        "Keys in `secretName`. istio: ca-cert.pem, ca-key.pem, cert-chain.pem. tls: tls.crt, tls.key, as cert-manager writes them.",
      ),
    roots: roots.optional().describe("Default: the root of the issuer. Needed for a change of the root."),
    durationDays: z
      .int()
      .min(2)
      .max(3650)
      .default(365)
      .describe("How long the intermediate holds that the issuer signs."),
    renewBeforeDays: z
      .int()
      .min(1)
      .max(3649)
      .optional()
      .describe("How long before its end it is made anew. Default: a third of its time."),
  })
  .describe(
    "istiod signs with an intermediate of yours: from an issuer of cert-manager, or from a Secret that exists.",
  );

const istioCsr = z
  .strictObject({
    kind: z.literal("istio-csr"),
    ...from,
    roots,
    version: z
      .string()
      .regex(/^v[0-9]+\.[0-9]+\.[0-9]+$/, { error: "a release of istio-csr such as v0.17.0" })
      .default("v0.17.0")
      .describe("Release of istio-csr."),
  })
  .describe("cert-manager signs each proxy's certificate, asked by istio-csr; istiod has no key.");

/** `mesh.ca` */
export const meshCa = z
  .discriminatedUnion("kind", [
    z.strictObject({ kind: z.literal("istio") }).describe("istiod makes a CA of its own."),
    cacerts,
    istioCsr,
  ])
  .default({ kind: "istio" })
  .describe("Who signs the certificates of workloads and gateways inside the mesh.");

export type MeshCaConfig = z.output<typeof meshCa>;
export type CacertsConfig = Extract<MeshCaConfig, { readonly kind: "cacerts" }>;
export type IstioCsrConfig = Extract<MeshCaConfig, { readonly kind: "istio-csr" }>;
