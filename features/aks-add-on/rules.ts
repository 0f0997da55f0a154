import { compareVersions, minorOf } from "../../config/compatibility/version";
import type { Environment } from "../../config/environment";
import { quote } from "../../config/reading/problem";
import { rule, type Finding } from "../../config/rules/rule";
import { addOnRevision, newestOfAddOn } from "./revision-name";

type Mesh = Environment["mesh"];

/** The add-on is a part of an AKS cluster, and its keys are of no other mesh. */
export const addOnIsOnAks = rule(["mesh", "target"], ({ mesh, target }): Finding[] => {
  if (mesh.management !== "aks-add-on") {
    if (mesh.aksAddOn === undefined) return [];
    return [
      {
        path: ["mesh", "aksAddOn"],
        found: `management ${quote(mesh.management)}`,
        accepted: "only with management: aks-add-on does AKS bring Istio",
        advice: "remove aksAddOn, or set mesh.management to aks-add-on",
      },
    ];
  }
  if (target.kind === "azure") return [];
  return [
    {
      path: ["mesh", "management"],
      found: quote(mesh.management),
      accepted: `the add-on belongs to an AKS cluster that this project makes, and target is ${target.kind}`,
      advice: target.kind === "existing" ? "set it to install or adopt" : "set it to install",
    },
  ];
});

/** One revision, or two during an upgrade, by the names that AKS gives them. */
export const addOnRevisionsHold = rule(["mesh"], ({ mesh }): Finding[] => {
  if (mesh.management !== "aks-add-on") return [];
  const { istioVersion, revisions } = mesh;
  if (revisions === undefined) {
    const version =
      istioVersion === undefined || isTooNew(istioVersion) ? `${newestOfAddOn}.8` : istioVersion;
    const name = addOnRevision(version);
    return [
      {
        path: ["mesh", "istioVersion"],
        found: quote(istioVersion ?? "nothing"),
        accepted: "the add-on's control planes are revisions with names, whose patch Azure chooses",
        advice: `write revisions: [{ name: ${name}, istioVersion: ${version} }] and tags: { stable: ${name} } in place of istioVersion`,
      },
    ];
  }
  const findings = revisions.flatMap((revision, index) => revisionFindings(revision, index));
  if (revisions.length > 2) {
    findings.push({
      path: ["mesh", "revisions"],
      found: `a list of ${revisions.length}`,
      accepted: "the add-on runs two revisions at most, the old one and the new one of an upgrade",
      advice: "remove those that nothing follows any more",
    });
  }
  return findings;
});

function isTooNew(istioVersion: string): boolean {
  return compareVersions(minorOf(istioVersion), newestOfAddOn) > 0;
}

function revisionFindings(
  { name, istioVersion }: NonNullable<Mesh["revisions"]>[number],
  index: number,
): Finding[] {
  const path = ["mesh", "revisions", index];
  if (isTooNew(istioVersion)) {
    return [
      {
        path: [...path, "istioVersion"],
        found: quote(istioVersion),
        accepted: `the newest Istio of the add-on is ${newestOfAddOn}`,
        advice: `set it to ${newestOfAddOn}.8, and name to ${addOnRevision(newestOfAddOn)}`,
      },
    ];
  }
  const wanted = addOnRevision(istioVersion);
  if (name === wanted) return [];
  return [
    {
      path: [...path, "name"],
      found: quote(name),
      accepted: `AKS calls its control plane of Istio ${minorOf(istioVersion)} ${wanted}`,
      advice: `set it to ${wanted}`,
    },
  ];
}

/** What the add-on keeps to itself, with why. */
export const addOnKeepsItsParts = rule(["mesh", "gateways"], ({ mesh, gateways }): Finding[] => {
  if (mesh.management !== "aks-add-on") return [];
  const findings: Finding[] = [];
  if (mesh.mode === "ambient") {
    findings.push({
      path: ["mesh", "mode"],
      found: quote(mesh.mode),
      accepted: "the add-on has sidecars only",
      advice: "set it to sidecar",
    });
  }
  if (gateways.length > 0) {
    findings.push({
      path: ["gateways"],
      found: `a list of ${gateways.length}`,
      accepted:
        "the add-on has gateways of its own, which this project switches on and does not describe yet",
      advice:
        "remove gateways, and set mesh.aksAddOn.externalGateway or internalGateway; Gateway objects select istio: aks-istio-ingressgateway-external or -internal",
    });
  }
  return findings;
});
