import { request } from "../programs/web";

const answerTimeoutMilliseconds = 3000;

/** Whether the host of a chart repository or registry answers, whatever it says. */
export async function isReachable(repository: string): Promise<boolean> {
  try {
    const response = await request(probeAddress(repository), answerTimeoutMilliseconds);
    await response.body?.cancel();
    return true;
  } catch (error) {
    return isAboutEncryption(error);
  }
}

/** An address that every registry or chart repository has. */
export function probeAddress(repository: string): string {
  if (repository.startsWith("oci://")) return `https://${new URL(repository).host}/v2/`;
  return `${repository.replace(/\/$/, "")}/index.yaml`;
}

/** A host that speaks TLS in a way that Node refuses is there; Helm may have the certificate authority. */
function isAboutEncryption(error: unknown): boolean {
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  const code = String((cause as NodeJS.ErrnoException | undefined)?.code ?? "");
  return /^(ERR_SSL|ERR_TLS|CERT_|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO|EPROTO)/.test(code);
}
