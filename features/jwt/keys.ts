import { z } from "zod";
import { httpUrl, kubernetesName } from "../../config/kubernetes-name";

/** `policies.jwt` */
export const jwt = z
  .array(
    z
      .strictObject({
        name: kubernetesName.describe("Name of the RequestAuthentication."),
        gateway: kubernetesName.describe("Gateway that looks at the tokens."),
        issuer: z.string().min(1).max(500).describe("Who made the token: its claim `iss`."),
        audiences: z.array(z.string().min(1)).default([]).describe("Claims `aud` taken. Default: any."),
        keys: z
          .discriminatedUnion("kind", [
            z
              .strictObject({
                kind: z.literal("uri"),
                uri: httpUrl
                  .refine((uri) => !/^https?:\/\/(169\.254\.|\[?fe80:)/i.test(uri), {
                    error: "an address that istiod may ask; it refuses link-local ones",
                  })
                  .describe("Where istiod finds the issuer's public keys (JWKS)."),
              })
              .describe("Keys that istiod fetches."),
            z
              .strictObject({
                kind: z.literal("inline"),
                jwks: z
                  .string()
                  .refine(isKeySet, { error: 'a JSON Web Key Set: { "keys": [...] }' })
                  .describe("The JWKS itself, public keys only."),
              })
              .describe("Keys in this file."),
          ])
          .describe("Public keys of the issuer."),
        forward: z.boolean().default(true).describe("Whether the workload gets the token, too."),
        required: z
          .boolean()
          .default(true)
          .describe("Refuse requests without a token; a wrong token is refused in any case."),
        openPaths: z
          .array(z.string().regex(/^\//, { error: "a path such as /login" }))
          .default([])
          .describe(
            "Paths that need no token, beside the health check's; a * at the end stands for the rest.",
          ),
      })
      .describe("Tokens of end users at a gateway."),
  )
  .default([])
  .describe("Tokens of end users, looked at by gateways.");

function isKeySet(text: string): boolean {
  try {
    const { keys } = JSON.parse(text) as { keys?: unknown };
    // A private key has `d`, a shared secret `k`.
    return (
      Array.isArray(keys) &&
      keys.length > 0 &&
      keys.every((key) => !("d" in (key as object)) && !("k" in (key as object)))
    );
  } catch {
    return false;
  }
}

export type JwtConfig = z.output<typeof jwt>[number];
