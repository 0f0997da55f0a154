import type { FaultName } from "../faults/catalogue";

const named: Readonly<Record<string, FaultName>> = {
  CERT_HAS_EXPIRED: "tls-expired",
  CERT_NOT_YET_VALID: "tls-not-yet-valid",
  ERR_TLS_CERT_ALTNAME_INVALID: "tls-wrong-name",
  DEPTH_ZERO_SELF_SIGNED_CERT: "tls-self-signed",
  SELF_SIGNED_CERT_IN_CHAIN: "tls-unknown-issuer",
  UNABLE_TO_GET_ISSUER_CERT: "tls-unknown-issuer",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "tls-unknown-issuer",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "tls-unknown-issuer",
  ERR_SSL_WRONG_VERSION_NUMBER: "tls-not-tls",
  ERR_SSL_PACKET_LENGTH_TOO_LONG: "tls-not-tls",
};

/** The fault behind a code of OpenSSL or of Node, from the check of a chain, a handshake or an alert after it. */
export function faultOfTlsCode(code: string): FaultName {
  const fault = named[code];
  if (fault !== undefined) return fault;
  // TLS 1.3 asks for the client's certificate within the handshake and refuses it after.
  if (/CERTIFICATE_REQUIRED/.test(code)) return "tls-client-certificate";
  if (/ALERT_(UNKNOWN_CA|BAD_CERTIFICATE|CERTIFICATE_(EXPIRED|UNKNOWN|REVOKED))/.test(code))
    return "tls-client-refused";
  if (/CLOSED|closed/.test(code)) return "tls-closed";
  return code.startsWith("ERR_SSL") ? "tls-alert" : "tls-invalid-chain";
}
