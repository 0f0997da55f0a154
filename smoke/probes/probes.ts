import type { AuthoritativeObservation, DnsObservation } from "./dns-probe";
import { sendHttp, type HttpObservation, type HttpTarget } from "./http-probe";
import { connectTcp, type TcpObservation, type TcpTarget } from "./tcp-probe";
import type { ClientCertificate } from "./secure-context";
import type { TlsObservation, TlsTarget } from "./tls-probe";
import type { Trust } from "./trust";

/** Everything that the layers ask the world outside the cluster. */
export interface Probes {
  lookupBySystem(name: string): Promise<DnsObservation>;
  lookupAtAuthority(name: string): Promise<AuthoritativeObservation>;
  isInHostsFile(name: string): Promise<boolean>;
  connectTcp(target: TcpTarget): Promise<TcpObservation>;
  handshakeTls(target: TlsTarget): Promise<TlsObservation>;
  sendHttp(target: HttpTarget): Promise<HttpObservation>;
  systemTrust(): Promise<Trust>;
}

/** The real probes; what a healthy plain-HTTP run does not need is loaded when it is needed. */
export const systemProbes: Probes = {
  lookupBySystem: async (name) => (await import("./dns-probe")).lookupBySystem(name),
  lookupAtAuthority: async (name) => (await import("./dns-probe")).lookupAtAuthority(name),
  isInHostsFile: async (name) => (await import("./dns-probe")).isInHostsFile(name),
  connectTcp,
  handshakeTls: async (target) => (await import("./tls-probe")).handshakeTls(target),
  sendHttp,
  systemTrust: async () => (await import("./trust")).systemTrust(process.env["SSL_CERT_FILE"]),
};

/** The same probes, which show a certificate of the client wherever a server asks for one. */
export function probesWith(client: ClientCertificate, probes: Probes = systemProbes): Probes {
  return {
    ...probes,
    handshakeTls: (target) => probes.handshakeTls({ ...target, client }),
    sendHttp: (target) => probes.sendHttp({ ...target, client }),
  };
}
