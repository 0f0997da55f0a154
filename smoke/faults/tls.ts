import type { Fault } from "./fault";

/** Faults of the TLS handshake and its certificate. */
export const tlsFaults = {
  "tls-expired": {
    title: "The certificate has expired",
    settles: "never",
    next: "see why cert-manager did not renew it: kubectl describe certificate -A",
  },
  "tls-not-yet-valid": {
    title: "The certificate is not valid yet",
    settles: "never",
    next: "compare this machine's clock with the issuer's",
  },
  "tls-wrong-name": {
    title: "The certificate is for another name",
    settles: "never",
    next: "add the name to the gateway's tls.hosts, or probe a name that the certificate has",
  },
  "tls-self-signed": {
    title: "The certificate is self-signed",
    settles: "never",
    next: "issue it from a CA, or pass that certificate with --ca if it is meant",
  },
  "tls-unknown-issuer": {
    title: "The certificate's issuer is not trusted",
    settles: "never",
    next: "pass the issuer's certificate with --ca, or deploy again so that gateway_ca names the CA in use; a public chain may lack its intermediate certificate",
  },
  "tls-invalid-chain": {
    title: "The certificate chain does not hold",
    settles: "never",
    next: "see the reason OpenSSL gives; reissue the certificate",
  },
  "tls-old-protocol": {
    title: "Only an old TLS version is offered",
    settles: "never",
    next: "set the gateway's tls.minimumVersion to 1.2 or 1.3; what answers may not be the gateway",
  },
  "tls-not-tls": {
    title: "The port does not speak TLS",
    settles: "never",
    next: "the port answers in plain text: check healthz_url's scheme and the Gateway's server for that port",
  },
  "tls-closed": {
    title: "The connection is closed during the handshake",
    settles: "maybe",
    next: "the gateway has no certificate for this server name yet: check the Secret that credentialName names, in the gateway's namespace, and the Gateway's hosts",
  },
  "tls-silent": {
    title: "The handshake gets no answer",
    settles: "maybe",
    next: "something accepts connections and says nothing: check the load balancer's targets",
  },
  "tls-alert": {
    title: "The handshake is refused",
    settles: "maybe",
    next: "see the alert; a client certificate that is missing (--cert, --key) is one reason",
  },
  "tls-client-certificate": {
    title: "The gateway asks for a client certificate",
    settles: "never",
    next: "the gateway's clientCertificates are required (tls.mode MUTUAL): give a certificate of a client with --cert and --key",
  },
  "tls-client-refused": {
    title: "The gateway refuses the client certificate",
    settles: "never",
    next: "it must lead to a CA in clientCertificates.ca of the gateway, and hold today: openssl verify -CAfile <ca> <cert>",
  },
  "plaintext-served": {
    title: "Plain HTTP serves an unknown path",
    settles: "never",
    next: "an application's VirtualService is bound to the port-80 Gateway: bind it to the HTTPS one",
  },
  "redirect-elsewhere": {
    title: "Plain HTTP redirects, but not to HTTPS",
    settles: "never",
    next: "check the redirect's VirtualService",
  },
} as const satisfies Record<string, Fault>;
