import { found, passed, skipped, type Verdict } from "../verdict";
import { conditionOf, fullName, type CertManagerObject } from "./objects";
import { itemsOf, notAllowed, type Observed } from "./observed";

/** Objects of cert-manager in the gateway's namespace, and cluster-wide issuers. */
export interface CertificateObservation {
  readonly namespace: string;
  readonly certificates: Observed<readonly CertManagerObject[]>;
  readonly issuers: Observed<readonly CertManagerObject[]>;
  readonly clusterIssuers: Observed<readonly CertManagerObject[]>;
  readonly orders: Observed<readonly CertManagerObject[]>;
  readonly challenges: Observed<readonly CertManagerObject[]>;
}

const isReady = (object: CertManagerObject) => conditionOf(object, "Ready")?.status === "True";

const reasonOf = (object: CertManagerObject) => {
  const ready = conditionOf(object, "Ready");
  return [ready?.reason, ready?.message].filter(Boolean).join(": ") || "no condition yet";
};

function issuerOf({ spec }: CertManagerObject, observation: CertificateObservation) {
  const name = spec?.issuerRef?.name;
  const list = spec?.issuerRef?.kind === "ClusterIssuer" ? observation.clusterIssuers : observation.issuers;
  const kind = spec?.issuerRef?.kind ?? "Issuer";
  return { kind, name, list, issuer: itemsOf(list).find(({ metadata }) => metadata.name === name) };
}

/** The step at which an ACME order hangs. */
function hangingStep({ orders, challenges }: CertificateObservation): string | undefined {
  const challenge = itemsOf(challenges).find(({ status }) => status?.state !== "valid");
  if (challenge !== undefined) {
    const { spec, status } = challenge;
    const state = `${status?.state ?? "not started"}: ${status?.reason ?? "no reason given"}`;
    return `${spec?.type ?? ""} challenge ${fullName(challenge.metadata)} for ${spec?.dnsName ?? "?"} is ${state}`;
  }
  const order = itemsOf(orders).find(({ status }) => status?.state !== "valid");
  if (order === undefined) return undefined;
  const reason = order.status?.reason === undefined ? "" : `: ${order.status.reason}`;
  return `order ${fullName(order.metadata)} is ${order.status?.state ?? "not started"}${reason}`;
}

const finalStates = ["invalid", "errored", "expired"];

const dayMs = 24 * 60 * 60 * 1000;
/** cert-manager renews in time; an hour later it has tried and failed. */
const renewalPatienceMs = 60 * 60 * 1000;

/** A certificate that serves: how long it holds, and whether its renewal is overdue. */
function decideReady(certificate: CertManagerObject, tried: string, now: Date): Verdict {
  const { notAfter = "", renewalTime = "" } = certificate.status ?? {};
  const daysLeft = Math.floor((Date.parse(notAfter) - now.getTime()) / dayMs);
  if (Number.isNaN(daysLeft)) return passed(tried, "Ready");
  const overdue = now.getTime() - Date.parse(renewalTime) > renewalPatienceMs;
  const issuing = conditionOf(certificate, "Issuing");
  const failed = issuing?.reason === "Failed" ? `: ${issuing.message ?? "no reason given"}` : "";
  const note =
    overdue || failed !== ""
      ? `it should have been renewed on ${renewalTime}, and holds ${daysLeft} more days${failed}`
      : undefined;
  return passed(tried, `Ready, ${daysLeft} days left`, note);
}

function decideCertificate(
  certificate: CertManagerObject,
  observation: CertificateObservation,
  now: Date,
): Verdict {
  const name = fullName(certificate.metadata);
  const tried = `read Certificate ${name}`;
  const expired = Date.parse(certificate.status?.notAfter ?? "") < now.getTime();
  if (expired) {
    const got = `${name} expired on ${certificate.status?.notAfter ?? ""}: ${reasonOf(certificate)}`;
    return found("certificate-expired", { tried, got });
  }
  if (isReady(certificate)) return decideReady(certificate, tried, now);
  const { kind, name: issuerName, list, issuer } = issuerOf(certificate, observation);
  if (list.kind === "seen" && (issuer === undefined || !isReady(issuer))) {
    const state = issuer === undefined ? "not found" : reasonOf(issuer);
    return found("issuer-not-ready", { tried: `read ${kind} ${issuerName}`, got: state });
  }
  const step = hangingStep(observation);
  const got = step === undefined ? `${name}: ${reasonOf(certificate)}` : `${name}: ${step}`;
  const broken = itemsOf(observation.orders).some(({ status }) => finalStates.includes(status?.state ?? ""));
  const failed = conditionOf(certificate, "Issuing")?.reason === "Failed";
  return found(broken || failed ? "certificate-failed" : "certificate-issuing", { tried, got });
}

/** Judges the certificates of a namespace and the issuers they name. */
export function decideCertificates(
  observation: CertificateObservation,
  now: Date,
): readonly [string, Verdict][] {
  const { certificates, namespace } = observation;
  if (certificates.kind === "absent") return [["certificates", skipped("cert-manager is not installed")]];
  if (certificates.kind === "unknown")
    return [["certificates", notAllowed("Certificates", certificates.why)]];
  if (certificates.value.length === 0) {
    return [["certificates", skipped(`there is no Certificate in ${namespace}`)]];
  }
  return certificates.value.map((certificate) => [
    `certificate ${certificate.metadata.name}`,
    decideCertificate(certificate, observation, now),
  ]);
}
