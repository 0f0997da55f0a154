import { readFile } from "node:fs/promises";

/** Certificates that a chain has to lead to, and where they come from. */
export interface Trust {
  readonly source: string;
  /** PEM texts; undefined: the roots built into Node. */
  readonly certificates: readonly string[] | undefined;
}

const systemBundles = [
  "/etc/ssl/certs/ca-certificates.crt",
  "/etc/pki/tls/certs/ca-bundle.crt",
  "/etc/ssl/ca-bundle.pem",
  "/etc/ssl/cert.pem",
];

/**
 * The system's certificate store, which holds a company's own CA where Node's built-in roots do not.
 *
 * @param configured - the file that SSL_CERT_FILE names, if any.
 */
export async function systemTrust(configured: string | undefined): Promise<Trust> {
  const candidates = configured === undefined ? systemBundles : [configured];
  for (const file of candidates) {
    const text = await readFile(file, "utf8").catch(() => "");
    if (text.includes("BEGIN CERTIFICATE"))
      return { source: `the system's store ${file}`, certificates: [text] };
  }
  return { source: "the roots built into Node", certificates: undefined };
}
