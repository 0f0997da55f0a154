import { isIP } from "node:net";
import { checkServerIdentity, connect, type ConnectionOptions, type PeerCertificate } from "node:tls";
import type { ClientCertificate } from "./secure-context";
import { observeConnectError } from "./tcp-probe";

export interface TlsTarget {
  readonly address: string;
  readonly port: number;
  /** Name sent as SNI and looked for in the certificate. */
  readonly serverName: string;
  /** Trusted certificates in PEM form; undefined: those built into Node. */
  readonly trusted: readonly string[] | undefined;
  /** Shown where the server asks for one. @default none */
  readonly client?: ClientCertificate;
  readonly timeoutMs: number;
}

/** The part of a certificate that a person needs to recognise it. */
export interface CertificateSummary {
  readonly subject: string;
  readonly issuer: string;
  readonly names: string;
  readonly validFrom: Date;
  readonly validTo: Date;
}

/** What a handshake came to. A handshake that worked still says whether its chain and name hold. */
export type TlsObservation =
  | {
      readonly kind: "secured";
      readonly protocol: string;
      readonly certificate: CertificateSummary;
      /** OpenSSL's code when the chain does not hold, such as CERT_HAS_EXPIRED. */
      readonly chainError?: string;
      /** Why the certificate does not fit the server name. */
      readonly nameError?: string;
    }
  | { readonly kind: "old-protocol"; readonly protocol: string }
  | { readonly kind: "not-tls" | "closed" | "silent" | "alert" | "connect-failed"; readonly detail: string };

/** A peer without a certificate has an empty one. */
const nameOf = (name: PeerCertificate["subject"] | undefined) =>
  [name?.CN ?? name?.O ?? ""].flat().join(", ");

function summarize(certificate: PeerCertificate): CertificateSummary {
  return {
    subject: nameOf(certificate.subject),
    issuer: nameOf(certificate.issuer),
    names: certificate.subjectaltname ?? "",
    validFrom: new Date(certificate.valid_from),
    validTo: new Date(certificate.valid_to),
  };
}

/** Sorts what OpenSSL and the socket report when a handshake does not finish. */
function observeHandshakeError(error: NodeJS.ErrnoException, connected: boolean): TlsObservation {
  const code = error.code ?? "";
  const detail = code === "" ? error.message : code;
  if (!connected) return { kind: "connect-failed", detail: observeConnectError(error).kind };
  if (["ERR_SSL_WRONG_VERSION_NUMBER", "ERR_SSL_PACKET_LENGTH_TOO_LONG"].includes(code)) {
    return { kind: "not-tls", detail };
  }
  if (code.startsWith("ERR_SSL")) return { kind: "alert", detail };
  return { kind: "closed", detail: error.syscall === undefined ? "closed" : "reset" };
}

function handshake(target: TlsTarget, protocols: ConnectionOptions): Promise<TlsObservation> {
  const { address, port, serverName, trusted, client, timeoutMs } = target;
  return new Promise((resolve) => {
    let connected = false;
    const socket = connect({
      host: address,
      port,
      // An address is not a server name (RFC 6066); Node would warn.
      servername: isIP(serverName) === 0 ? serverName : "",
      rejectUnauthorized: false,
      ALPNProtocols: ["http/1.1"],
      ...(trusted === undefined ? {} : { ca: [...trusted] }),
      ...client,
      ...protocols,
    });
    const end = (observation: TlsObservation) => {
      clearTimeout(timer);
      socket.destroy();
      resolve(observation);
    };
    const timer = setTimeout(() => {
      end({ kind: "silent", detail: `no answer in ${timeoutMs} ms` });
    }, timeoutMs);
    socket.once("connect", () => {
      connected = true;
    });
    socket.once("error", (error) => {
      end(observeHandshakeError(error, connected));
    });
    socket.once("secureConnect", () => {
      const certificate = socket.getPeerCertificate();
      const nameError = checkServerIdentity(serverName, certificate)?.message;
      // Typed as an Error, but it is the code.
      const chainError = socket.authorizationError as unknown as string | null;
      end({
        kind: "secured",
        protocol: socket.getProtocol() ?? "",
        certificate: summarize(certificate),
        ...(chainError === null ? {} : { chainError }),
        ...(nameError === undefined ? {} : { nameError }),
      });
    });
  });
}

const versionErrors = ["ERR_SSL_UNSUPPORTED_PROTOCOL", "ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION"];

/** Does one TLS handshake; when the versions do not meet, a second one finds out which the server offers. */
export async function handshakeTls(target: TlsTarget): Promise<TlsObservation> {
  const observation = await handshake(target, { minVersion: "TLSv1.2" });
  if (observation.kind !== "alert" || !versionErrors.includes(observation.detail)) return observation;
  const older = await handshake(target, {
    minVersion: "TLSv1",
    maxVersion: "TLSv1.1",
    ciphers: "DEFAULT:@SECLEVEL=0",
  });
  return older.kind === "secured" ? { kind: "old-protocol", protocol: older.protocol } : observation;
}
