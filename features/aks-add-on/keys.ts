import { z } from "zod";

const objectName = z
  .string()
  .regex(/^[A-Za-z0-9-]{1,127}$/, { error: "the name of a secret in Key Vault: letters, digits and dashes" });

/** Intermediate CA of your own, in secrets of a Key Vault. */
const certificateAuthority = z
  .strictObject({
    keyVaultId: z
      .string()
      .regex(
        /^\/subscriptions\/[0-9a-f-]{36}\/resourceGroups\/[^/]+\/providers\/Microsoft\.KeyVault\/vaults\/[A-Za-z0-9-]{3,24}$/i,
        {
          error:
            "an id such as /subscriptions/…/resourceGroups/rg-keys/providers/Microsoft.KeyVault/vaults/kv-mesh",
        },
      )
      .describe("The Key Vault, with role-based access; the add-on gets the right to read its secrets."),
    rootCertificate: objectName.default("root-cert").describe("Secret with the root's certificate."),
    certificateChain: objectName.default("cert-chain").describe("Secret with the chain up to the root."),
    certificate: objectName.default("ca-cert").describe("Secret with the intermediate's certificate."),
    privateKey: objectName.default("ca-key").describe("Secret with its key."),
  })
  .describe("Intermediate CA of your own. Default: the add-on makes one. Fixed once the add-on runs.");

/** `mesh.aksAddOn` */
export const aksAddOn = z
  .strictObject({
    externalGateway: z
      .boolean()
      .default(false)
      .describe("The add-on's own ingress gateway behind a public address."),
    internalGateway: z
      .boolean()
      .default(false)
      .describe("The add-on's own ingress gateway behind an address of the network."),
    certificateAuthority: certificateAuthority.optional(),
  })
  .optional()
  .describe("What the Istio add-on of AKS brings, with `management: aks-add-on`.");

export type AksAddOn = NonNullable<z.output<typeof aksAddOn>>;
