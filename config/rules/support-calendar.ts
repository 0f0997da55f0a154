import { compatibility, releaseOf, supportCalendar, supports } from "../compatibility/compatibility";
import { istioVersionsOf, revisionAtEnd } from "../mesh/revisions";
import { quote } from "../reading/problem";
import { rule, type Finding, type Severity } from "./rule";

/** How long before its end a support is warned of: time to plan an upgrade. */
const noticeDays = 60;
const millisecondsPerDay = 24 * 60 * 60 * 1000;

type Moment = "supported" | "ending" | "ended";

function momentOf(end: string, today: Date): Moment {
  const daysLeft = Math.ceil((Date.parse(end) - today.getTime()) / millisecondsPerDay);
  if (daysLeft < 0) return "ended";
  return daysLeft <= noticeDays ? "ending" : "supported";
}

const verb = { ending: "ends", ended: "ended" } as const;

function finding(
  path: Finding["path"],
  found: string,
  accepted: string,
  advice: string,
  severity: Severity = "warning",
): Finding {
  return { path, found: quote(found), accepted, advice, severity };
}

/** Kubernetes, in the calendar of whoever supports it on the target. */
export const kubernetesIsSupported = rule(["target", "mesh", "certManager"], (environment): Finding[] => {
  const { target, mesh, certManager, today } = environment;
  const supported = supportCalendar(target);
  if (supported === undefined) return [];
  const { supporter, calendar } = supported;
  const release = releaseOf(calendar.releases, target.kubernetesVersion);
  // A version that is too new or too old for every Istio is refused against Istio's range.
  if (release === undefined) return [];
  const path = ["target", "kubernetesVersion"];
  const tenants = [
    ...istioVersionsOf(mesh).map(({ istioVersion }) => releaseOf(compatibility.istio.releases, istioVersion)),
    certManager.management === "none"
      ? undefined
      : releaseOf(compatibility.certManager.releases, certManager.version),
  ];
  const next = calendar.releases.find(
    (candidate) =>
      momentOf(candidate.supportEnds, today) === "supported" &&
      tenants.every((tenant) => tenant === undefined || supports(tenant.kubernetes, candidate.minor)),
  );
  const advice =
    next === undefined
      ? `plan the upgrades of Istio and cert-manager to releases for a newer Kubernetes, and then its own (${calendar.source})`
      : `plan the upgrade to ${next.minor} (${calendar.source})`;
  const { minor, supportEnds, extendedSupportEnds } = release;
  if (extendedSupportEnds !== null && momentOf(extendedSupportEnds, today) === "ended") {
    const accepted = `${supporter} offered Kubernetes ${minor} until ${extendedSupportEnds}`;
    const now = next === undefined ? advice : `set it to "${next.minor}"`;
    return [finding(path, target.kubernetesVersion, accepted, now, "error")];
  }
  const moment = momentOf(supportEnds, today);
  if (moment === "supported") return [];
  const until =
    extendedSupportEnds === null ? "" : `; extended support, at a price, lasts until ${extendedSupportEnds}`;
  const accepted = `support of Kubernetes ${minor} by ${supporter} ${verb[moment]} on ${supportEnds}${until}`;
  return [finding(path, target.kubernetesVersion, accepted, advice)];
});

/** cert-manager's own releases. */
export const certManagerIsSupported = rule(["certManager"], ({ certManager, today }): Finding[] => {
  if (certManager.management === "none") return [];
  const { releases, source } = compatibility.certManager;
  const release = releaseOf(releases, certManager.version);
  const ends = release?.supportEnds ?? null;
  if (release === undefined || ends === null) return [];
  const moment = momentOf(ends, today);
  if (moment === "supported") return [];
  const [next] = releases;
  const later = next === undefined || next === release ? "a newer version" : `v${next.latest}`;
  return [
    finding(
      ["certManager", "version"],
      certManager.version,
      `support of cert-manager ${release.minor} ${verb[moment]} on ${ends}`,
      `plan the upgrade to ${later} (${source})`,
    ),
  ];
});

/** Istio's own releases. */
export const istioIsSupported = rule(["mesh"], ({ mesh, today }): Finding[] => {
  const { releases, source } = compatibility.istio;
  const versions = istioVersionsOf(mesh);
  if (versions.length === 0) return [];
  // Beside a newer one an older one is on its way out.
  const { istioVersion } = revisionAtEnd(mesh, "newest");
  const path = versions.find((each) => each.istioVersion === istioVersion)?.path ?? [];
  const release = releaseOf(releases, istioVersion);
  const ends = release?.supportEnds ?? null;
  if (release === undefined || ends === null) return [];
  const moment = momentOf(ends, today);
  if (moment === "supported") return [];
  // Neither a control plane nor its proxies may skip a minor version.
  const steps = releases.slice(0, releases.indexOf(release)).map(({ latest }) => latest);
  const accepted = `support of Istio ${release.minor} ${verb[moment]} on ${ends}`;
  return [
    finding(
      path,
      istioVersion,
      accepted,
      `plan the upgrade to ${steps.reverse().join(", then to ") || "a newer version"} (${source})`,
    ),
  ];
});
