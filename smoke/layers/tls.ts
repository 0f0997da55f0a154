import type { HttpObservation } from "../probes/http-probe";
import type { CertificateSummary, TlsObservation } from "../probes/tls-probe";
import type { Trust } from "../probes/trust";
import { authority, exposedPort, portOf } from "../target";
import { found, passed, skipped, type Verdict } from "../verdict";
import { check, type Layer, type LayerContext } from "./layer";
import { endpoint } from "./tcp";
import { foundInHttp, isFromEnvoy, unknownPath } from "./http-answer";
import { faultOfTlsCode } from "./tls-code";

const dayMs = 24 * 60 * 60 * 1000;
const warnDays = 14;

const describe = ({ subject, names, issuer }: CertificateSummary) =>
  `certificate of ${names === "" ? subject : names}, issued by ${issuer === "" ? "nobody named" : issuer}`;

const handshakeFaults = {
  "not-tls": "tls-not-tls",
  closed: "tls-closed",
  silent: "tls-silent",
  "connect-failed": "http-connect-failed",
} as const;

/** Judges a handshake: protocol, dates, name, chain. */
export function decideTls(
  { place, serverName, trust }: { place: string; serverName: string; trust: Trust },
  observation: TlsObservation,
  now: Date,
): Verdict {
  const tried = `handshake with ${place} for ${serverName}, trusting ${trust.source}`;
  if (observation.kind === "old-protocol") {
    return found("tls-old-protocol", { tried, got: `at most ${observation.protocol}` });
  }
  if (observation.kind !== "secured") {
    const { kind, detail } = observation;
    return found(kind === "alert" ? faultOfTlsCode(detail) : handshakeFaults[kind], { tried, got: detail });
  }
  const { certificate, chainError, nameError, protocol } = observation;
  const daysLeft = Math.floor((certificate.validTo.getTime() - now.getTime()) / dayMs);
  if (Number.isNaN(daysLeft)) {
    return found("tls-invalid-chain", { tried, got: `${describe(certificate)}: its dates cannot be read` });
  }
  if (daysLeft < 0) {
    const got = `${describe(certificate)}, expired on ${certificate.validTo.toISOString()}`;
    return found("tls-expired", { tried, got });
  }
  if (nameError !== undefined) return found("tls-wrong-name", { tried, got: describe(certificate) });
  if (chainError !== undefined) {
    return found(faultOfTlsCode(chainError), { tried, got: `${describe(certificate)}: ${chainError}` });
  }
  const got = `${protocol}, ${describe(certificate)}, ${daysLeft} days left`;
  const warning = `the certificate expires in ${daysLeft} days; cert-manager renews at two thirds of its life`;
  return passed(tried, got, daysLeft < warnDays ? warning : undefined);
}

/** Judges what the plain-HTTP port answers for an unknown path, when applications are served over HTTPS. */
export function decideRedirect(place: string, observation: HttpObservation): Verdict {
  const tried = `GET http://${place}${unknownPath}`;
  if (observation.kind === "connect-failed")
    return passed(tried, `${observation.detail}: plain HTTP is closed`);
  if (observation.kind !== "answer") return foundInHttp(observation, tried);
  const { status, headers } = observation;
  const location = headers.location ?? "";
  const got = location === "" ? `${status}` : `${status} to ${location}`;
  if (status >= 300 && status < 400) {
    return location.startsWith("https://") ? passed(tried, got) : found("redirect-elsewhere", { tried, got });
  }
  if (status >= 200 && status < 300) return found("plaintext-served", { tried, got });
  const note = isFromEnvoy(observation)
    ? "plain HTTP is closed to applications, without a redirect"
    : undefined;
  return passed(tried, got, note);
}

/** What a chain has to lead to, whether or not the URL itself is https. */
export async function chooseTrust({ target, settings, probes, known }: LayerContext): Promise<Trust> {
  if (known.trust !== undefined) return known.trust;
  if (settings.ca !== undefined) return { source: "--ca", certificates: [settings.ca] };
  const gatewayCa = target.outputs?.gateway_ca ?? "";
  if (gatewayCa !== "") return { source: "the output gateway_ca", certificates: [gatewayCa] };
  return probes.systemTrust();
}

/** Does a handshake with every address, and looks at what plain HTTP answers beside it. */
export const probeTls: Layer = async (context) => {
  const { target, settings, probes, clock, known } = context;
  if (target.url.protocol !== "https:") {
    return { checks: [await check(clock, "scheme", () => skipped("the URL is plain HTTP"))] };
  }
  const trust = await chooseTrust(context);
  const port = portOf(target.url);
  const timeoutMs = settings.requestTimeoutMs;
  const handshakes = known.reachable.map((address) =>
    check(clock, `certificate at ${endpoint(address, port)}`, async () => {
      const serverName = target.host;
      const trusted = trust.certificates;
      const observation = await probes.handshakeTls({ address, port, serverName, trusted, timeoutMs });
      return decideTls({ place: endpoint(address, port), serverName, trust }, observation, clock.date());
    }),
  );
  const httpPort = exposedPort(target.outputs?.gateway_http_port);
  const redirect = check(clock, "plain HTTP", async () => {
    const [address] = known.reachable;
    if (httpPort === undefined || address === undefined) return skipped("plain HTTP is not exposed");
    const observation = await probes.sendHttp({
      scheme: "http",
      address,
      port: httpPort,
      path: unknownPath,
      hostHeader: authority(target.host),
      serverName: "",
      trusted: undefined,
      userAgent: context.userAgent,
      timeoutMs,
    });
    return decideRedirect(endpoint(address, httpPort), observation);
  });
  return { checks: await Promise.all([...handshakes, redirect]), learned: { trust } };
};
