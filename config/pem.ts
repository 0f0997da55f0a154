import { X509Certificate } from "node:crypto";
import { z } from "zod";

const block = "-----BEGIN CERTIFICATE-----\\s[A-Za-z0-9+/=\\s]+-----END CERTIFICATE-----";

/** One or more certificates in PEM form, and nothing beside them: no key, no text. */
export const certificatesPem = z
  .string()
  .max(100_000)
  .regex(new RegExp(`^\\s*(${block}\\s*)+$`), {
    error:
      "certificates in PEM form, each from BEGIN CERTIFICATE to END CERTIFICATE, and nothing beside them",
  });

/** What rules and plans need to know of a certificate. */
export interface ReadCertificate {
  readonly isCa: boolean;
  readonly subject: string;
  readonly expires: Date;
  /** SHA-256 of the certificate, in lower-case hexadecimal digits. */
  readonly fingerprint: string;
}

/** The certificates of a PEM text in their order; undefined for a block that holds none. */
export function readCertificates(pem: string): readonly (ReadCertificate | undefined)[] {
  return pemBlocks(pem).map(readCertificate);
}

/** Each certificate of a PEM text by itself, with one line end behind it. */
export function pemBlocks(pem: string): readonly string[] {
  return (pem.match(new RegExp(block, "g")) ?? []).map((text) => `${text.trim()}\n`);
}

function readCertificate(pem: string): ReadCertificate | undefined {
  try {
    const certificate = new X509Certificate(pem);
    return {
      isCa: certificate.ca,
      subject: certificate.subject.split("\n").join(", "),
      expires: new Date(certificate.validTo),
      fingerprint: certificate.fingerprint256.replaceAll(":", "").toLowerCase(),
    };
  } catch {
    return undefined;
  }
}
