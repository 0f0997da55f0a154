import { X509Certificate } from "node:crypto";

/** What tells one certificate from another. */
export interface CertificateName {
  /** `CN=local-ca`, or `O=cluster.local` where there is no common name. */
  readonly subject: string;
  readonly issuer: string;
  /** SHA-256 in lower-case hexadecimal digits. */
  readonly fingerprint: string;
  readonly expires: Date;
  readonly certificate: X509Certificate;
}

const block = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/** The certificates of a PEM text in their order; what is none is left out. */
export function namesOf(pem: string): readonly CertificateName[] {
  return (pem.match(block) ?? []).flatMap((text) => {
    try {
      const certificate = new X509Certificate(text);
      return [
        {
          subject: oneLine(certificate.subject),
          issuer: oneLine(certificate.issuer),
          fingerprint: certificate.fingerprint256.replaceAll(":", "").toLowerCase(),
          expires: new Date(certificate.validTo),
          certificate,
        },
      ];
    } catch {
      return [];
    }
  });
}

// Node joins the parts of a name with line ends; without any it has no text at all.
function oneLine(name: string | undefined): string {
  return name === undefined || name === "" ? "nobody named" : name.split("\n").join(", ");
}
