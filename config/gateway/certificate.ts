import { z } from "zod";
import { issuerRef } from "../certificates";
import { hostName, kubernetesName, objectName } from "../kubernetes-name";
import { certificatesPem } from "../pem";

const privateKey = z
  .discriminatedUnion("algorithm", [
    z
      .strictObject({
        algorithm: z.literal("ECDSA"),
        size: z
          .union([z.literal(256), z.literal(384)])
          .default(256)
          .describe("Bits."),
      })
      .describe("Elliptic curves."),
    z
      .strictObject({
        algorithm: z.literal("RSA"),
        size: z
          .union([z.literal(2048), z.literal(3072), z.literal(4096)])
          .default(2048)
          .describe("Bits."),
      })
      .describe("RSA, for old clients."),
  ])
  .optional()
  .describe("Key that cert-manager makes. Default: ECDSA with 256 bits.");

const clientCertificates = z
  .strictObject({
    mode: z
      .enum(["required", "optional"])
      .describe("required: no handshake without one. optional: without one, or with one that holds."),
    ca: certificatesPem.describe("CAs that clients' certificates must lead to, PEM."),
  })
  .optional()
  .describe("Clients show a certificate of their own (mutual TLS). Default: they are not asked.");

/** Keys of a certificate that a gateway shows. */
export const certificateKeys = (whoseHosts: string) => ({
  issuer: kubernetesName
    .optional()
    .describe(
      "Name of an issuer under `certManager.issuers`, or of a ClusterIssuer the cluster has. One of issuer, issuerRef and secretName.",
    ),
  issuerRef: issuerRef.optional(),
  secretName: objectName
    .optional()
    .describe("Secret of type kubernetes.io/tls in the gateway's namespace, which somebody else makes."),
  hosts: z.array(hostName).min(1).describe(`Host names in the certificate; ${whoseHosts}`),
  commonName: z
    .string()
    .min(1)
    .max(64)
    .optional()
    .describe("Common name in the certificate, for issuers that ask for one. Default: none."),
  privateKey,
  durationHours: z
    .int()
    .min(1)
    .max(87600)
    .optional()
    .describe("How long a certificate holds. Default: 2160 (90 days), or what the issuer says."),
  renewBeforeHours: z
    .int()
    .min(1)
    .max(87599)
    .optional()
    .describe("How long before its end it is renewed. Default: a third of its time."),
  clientCertificates,
});
