import { type ApiClient } from "../api/client";

/**
 * What cert-manager's startup check does: asks the API server to admit a Certificate without keeping it.
 *
 * @returns why it is not admitted yet, or undefined once it is
 */
export async function certManagerProblem(api: ApiClient): Promise<string | undefined> {
  try {
    await api.create("/apis/cert-manager.io/v1/namespaces/default/certificates?dryRun=All", {
      apiVersion: "cert-manager.io/v1",
      kind: "Certificate",
      metadata: { generateName: "rehearsal-check-" },
      spec: { secretName: "rehearsal-check", dnsNames: ["check.invalid"], issuerRef: { name: "none" } },
    });
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
