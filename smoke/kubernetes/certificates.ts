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
  const { name, kind = "Issuer", group = "cert-manager.io" } = spec?.issuerRef ?? {};
  const own = kind === "ClusterIssuer" ? observation.clusterIssuers : observation.issuers;
  // Issuers of other projects, such as AWS PCA's, are kinds of their own.
  const list =
    group === "cert-manager.io" ? own : ({ kind: "unknown", why: `its group is ${group}` } as const);
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

/** Why the last try to issue it failed: the reason is the request's own where a policy or the CA refused it. */
function failureOf(certificate: CertManagerObject): string | undefined {
  const issuing = conditionOf(certificate, "Issuing");
  if (issuing?.status !== "False" || issuing.reason === "Issued") return undefined;
  return issuing.message ?? issuing.reason ?? "no reason given";
}

/** Why a certificate that serves will not be followed by another; undefined where nothing stands in the way. */
function renewalProblem(
  certificate: CertManagerObject,
  observation: CertificateObservation,
  now: Date,
): string | undefined {
  const { renewalTime = "" } = certificate.status ?? {};
  const { kind, name, list, issuer } = issuerOf(certificate, observation);
  const known = list.kind === "seen" && certificate.spec?.issuerRef?.name !== undefined;
  if (known && issuer === undefined) return `it cannot be renewed: there is no ${kind} ${name ?? ""}`;
  if (issuer !== undefined && !isReady(issuer))
    return `it cannot be renewed: ${kind} ${name ?? ""} is not ready: ${reasonOf(issuer)}`;
  const failure = failureOf(certificate);
  if (failure !== undefined) return `its last renewal failed: ${failure}`;
  if (now.getTime() - Date.parse(renewalTime) > renewalPatienceMs)
    return `it should have been renewed on ${renewalTime}`;
  return undefined;
}

/** A certificate that serves: how long it holds, and whether another will follow. */
function decideReady(
  certificate: CertManagerObject,
  observation: CertificateObservation,
  tried: string,
  now: Date,
): Verdict {
  const daysLeft = Math.floor((Date.parse(certificate.status?.notAfter ?? "") - now.getTime()) / dayMs);
  const left = Number.isNaN(daysLeft) ? "" : `, ${daysLeft} days left`;
  return passed(tried, `Ready${left}`, renewalProblem(certificate, observation, now));
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
  if (isReady(certificate)) return decideReady(certificate, observation, tried, now);
  const { kind, name: issuerName, list, issuer } = issuerOf(certificate, observation);
  if (list.kind === "seen" && (issuer === undefined || !isReady(issuer))) {
    const asked = `read ${kind} ${issuerName}`;
    if (issuer !== undefined) return found("issuer-not-ready", { tried: asked, got: reasonOf(issuer) });
    const next = `deploy the mesh stack, which makes the issuers of certManager.issuers, or correct the issuer of ${name}`;
    return found("issuer-not-ready", { tried: asked, got: "not found", next });
  }
  const step = hangingStep(observation);
  const got = step === undefined ? `${name}: ${reasonOf(certificate)}` : `${name}: ${step}`;
  const broken = itemsOf(observation.orders).some(({ status }) => finalStates.includes(status?.state ?? ""));
  return found(
    broken || failureOf(certificate) !== undefined ? "certificate-failed" : "certificate-issuing",
    { tried, got },
  );
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
