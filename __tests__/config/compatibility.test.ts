import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import {
  compatibility,
  istioVersionsUpgradableInPlace,
  newest,
} from "../../config/compatibility/compatibility";
import { parseEnvironment } from "../../config/reading/parse-environment";
import { formatProblem } from "../../config/reading/problem";
import { helmRefusesGatewayChart } from "../../config/rules/compatibility";
import { compareVersions } from "../../config/compatibility/version";
import { aws, azure, existing, wordingOf, warningWordingOf } from "../support/environments/environment-files";

function on(day: string, text: string): string {
  const result = parseEnvironment("environments/lab.yaml", text, { today: new Date(day) });
  return ("problems" in result ? result.problems : result.warnings).map(formatProblem).join("\n");
}

const kubernetes = (version: string, text = aws) => text.replace('"1.35"', `"${version}"`);

const newestIstio = newest(compatibility.istio);
const newestCertManager = newest(compatibility.certManager);

describe("Istio and Kubernetes", () => {
  test("a version outside Istio's range is refused, with the newest that everything supports", () => {
    expect(wordingOf(kubernetes("1.31"))).toContain(
      'target.kubernetesVersion: Istio 1.31 supports Kubernetes 1.32–1.36, got "1.31"; set kubernetesVersion to "1.36"',
    );
    expect(wordingOf(kubernetes("1.35"))).toBe("");
  });

  test("where an Istio that is still supported fits, the advice names it", () => {
    const text = kubernetes("1.31").replace("1.31.4", "1.30.5");
    expect(on("2026-10-01", text)).toContain(
      'set kubernetesVersion to "1.36" or set mesh.istioVersion to 1.29.6',
    );
    expect(on("2026-11-21", text)).not.toContain("1.29.6");
  });

  test("the advice keeps to what cert-manager supports, too", () => {
    const text = `${kubernetes("1.30")}certManager: { version: v1.20.3 }\n`;
    expect(wordingOf(text)).toContain('set kubernetesVersion to "1.35"');
  });

  test("an Istio newer than the matrix is refused until the matrix is updated", () => {
    expect(wordingOf(aws.replace("1.31.4", "1.32.0"))).toContain(
      `are in the matrix read on ${compatibility.istio.readOn}, got "1.32.0"; set it to ${newestIstio}, or update config/compatibility/compatibility.json`,
    );
    expect(wordingOf(aws.replace("1.31.4", "1.31.9"))).toBe("");
  });

  test("an Istio older than the matrix is no longer supported", () => {
    expect(wordingOf(aws.replace("1.31.4", "1.27.9"))).toContain(
      `set it to ${newestIstio}: this line is no longer supported`,
    );
  });
});

describe("cert-manager and Kubernetes", () => {
  test("the release that supports the cluster's version is named", () => {
    expect(wordingOf(kubernetes("1.32", existing))).toContain(
      `got "v${newestCertManager}" with Kubernetes "1.32"; set it to v1.20.4`,
    );
    expect(wordingOf(`${kubernetes("1.32", existing)}certManager: { version: v1.20.3 }\n`)).toBe("");
  });

  test("a release outside the matrix is refused", () => {
    expect(wordingOf(`${existing}certManager: { version: v1.22.0 }\n`)).toContain(
      "update config/compatibility/compatibility.json",
    );
    expect(wordingOf(`${existing}certManager: { version: v1.19.6 }\n`)).toContain(
      `set it to v${newestCertManager}: this line`,
    );
  });

  test("an environment without certificates does not care", () => {
    expect(wordingOf(`${existing}certManager: { version: v1.19.6, management: none }\n`)).toBe("");
  });
});

describe("Gateway API", () => {
  const gatewayApi = (version: string, management = "adopt") =>
    `${existing}gatewayApi: { management: ${management}, version: ${version} }\n`;

  test("CRDs that Istio would ignore are refused", () => {
    expect(wordingOf(gatewayApi("v1.4.1"))).toContain('older than v1.5.0, got "v1.4.1"; set it to v1.6.0');
    expect(wordingOf(gatewayApi("v1.4.1", "none"))).toBe("");
    expect(wordingOf(gatewayApi("v1.6.1"))).toBe("");
  });

  test("CRDs newer than Istio's are warned of", () => {
    expect(warningWordingOf(gatewayApi("v1.7.0"))).toContain(
      "warning: Istio 1.31 is built with Gateway API v1.6.0",
    );
    expect(warningWordingOf(gatewayApi("v1.6.1"))).toBe("");
  });
});

describe("the gateway chart and Helm", () => {
  test.each([
    ["1.25.4", true],
    ["1.25.5", false],
    ["1.26.3", true],
    ["1.26.4", false],
    ["1.27.0", true],
    ["1.27.1", false],
    ["1.24.6", true],
    ["1.31.1", false],
  ])("Helm 3.18.5 refuses the chart of Istio %s: %s", (version, refused) => {
    expect(helmRefusesGatewayChart(version, "3.18.5")).toBe(refused);
    expect(helmRefusesGatewayChart(version, "3.18.4")).toBe(false);
  });
});

describe("the support calendars", () => {
  test("EKS' end of standard support is warned of sixty days ahead, and after it with the price", () => {
    const text = kubernetes("1.34");
    expect(on("2026-10-01", text)).toBe("");
    expect(on("2026-10-05", text)).toContain(
      "warning: support of Kubernetes 1.34 by EKS ends on 2026-12-02; extended support, at a price, lasts until 2027-12-02",
    );
    expect(on("2026-12-02T12:00:00Z", text)).toContain("ends on 2026-12-02");
    expect(on("2026-12-04", text)).toContain("ended on 2026-12-02");
    expect(on("2026-12-04", text)).toContain("plan the upgrade to 1.36");
  });

  test("the upgrade that is advised is to a version that Istio and cert-manager support", () => {
    // Kubernetes 1.37 is out, and Istio 1.31 is not known to run on it.
    expect(compatibility.kubernetes.upstream.releases[0]?.minor).toBe("1.37");
    expect(on("2026-11-21", kubernetes("1.34", existing))).toContain("plan the upgrade to 1.36");
    const older = `${kubernetes("1.34", existing)}certManager: { version: v1.20.4 }\n`;
    expect(on("2026-11-21", older)).toContain("plan the upgrade to 1.35");
    expect(on("2026-11-21", `${older.replace("v1.20.4", "v1.20.4, management: none")}`)).toContain(
      "plan the upgrade to 1.36",
    );
  });

  test("where Istio supports none that will last, its own upgrade comes first", () => {
    expect(on("2027-06-01", kubernetes("1.36", existing))).toContain(
      "plan the upgrades of Istio and cert-manager to releases for a newer Kubernetes",
    );
  });

  test("what a cloud no longer offers is refused", () => {
    const text = kubernetes("1.32").replace("1.31.4", "1.31.4\ncertManager: { version: v1.20.3 }");
    expect(on("2027-03-20", text)).toContain("warning: support of Kubernetes 1.32 by EKS ended");
    expect(on("2027-03-25", text)).toMatch(/kubernetesVersion: EKS offered Kubernetes 1.32 until 2027-03-23/);
  });

  test("each target has its own calendar", () => {
    expect(on("2026-11-21", kubernetes("1.34", azure))).toContain(
      "support of Kubernetes 1.34 by AKS ends on 2026-11-30",
    );
    expect(on("2026-11-21", kubernetes("1.34", existing))).toContain(
      "support of Kubernetes 1.34 by the Kubernetes project ended on 2026-10-27",
    );
    const openshift = kubernetes("1.34", existing).replace(
      "kind: existing",
      "kind: existing\n  platform: openshift",
    );
    expect(on("2026-11-21", openshift)).toBe("");
  });

  test("Istio's own end is warned of", () => {
    expect(on("2026-11-21", aws.replace("1.31.4", "1.30.5"))).toContain(
      "support of Istio 1.30 ends on 2026-11-30",
    );
    expect(on("2026-11-21", aws.replace("1.31.4", "1.29.6"))).toContain(
      "support of Istio 1.29 ended on 2026-10-12",
    );
    // No step is left out.
    expect(on("2026-11-21", aws.replace("1.31.4", "1.29.6"))).toContain(
      `plan the upgrade to 1.30.8, then to ${newestIstio}`,
    );
    expect(on("2026-11-21", aws)).toBe("");
  });
});

test("an upgrade in place may cross one minor version, and none downwards", () => {
  expect(istioVersionsUpgradableInPlace("1.31.1")).toEqual(["1.30", "1.31"]);
  expect(istioVersionsUpgradableInPlace("1.30.0")).toEqual(["1.29", "1.30"]);
});

test("the matrix lists the newest first, and names a source for everything", () => {
  const { istio, certManager, helm, gatewayChart, kubernetes } = compatibility;
  for (const { releases, source, readOn, unansweredOn } of [
    istio,
    certManager,
    ...Object.values(kubernetes),
  ]) {
    const minors = releases.map(({ minor }) => minor);
    expect(minors).toEqual(minors.toSorted((a, b) => compareVersions(b, a)));
    expect(source).toMatch(/^https:/);
    expect(Date.parse(readOn)).not.toBeNaN();
    if (unansweredOn !== undefined) expect(Date.parse(unansweredOn)).toBeGreaterThan(Date.parse(readOn));
  }
  expect([helm.source, gatewayChart.source].every((source) => source.startsWith("https:"))).toBe(true);
  expect(compareVersions("1.9", "1.10")).toBeLessThan(0);
});

test("the Helm engine is that of the provider which the stacks pin", () => {
  const pinned = readFileSync(
    join(__PROJECT_ROOT__, "node_modules/@cdktf/provider-helm/lib/provider/index.js"),
    "utf8",
  );
  expect(/providerVersion: '([0-9.]+)'/.exec(pinned)?.[1]).toBe(compatibility.helm.provider);
});

test("the end of cert-manager's support is warned of sixty days before, by the day in the matrix", () => {
  const [release] = compatibility.certManager.releases;
  if (release === undefined) throw new Error("the matrix has no cert-manager");
  const text = `${aws}certManager: { version: v${release.latest} }\n`;
  const first: { supportEnds: string | null } = release;
  const { supportEnds } = first;
  try {
    first.supportEnds = "2030-03-01";
    expect(on("2029-12-01", text)).not.toContain("support of cert-manager");
    expect(on("2030-01-02", text)).toContain(`support of cert-manager ${release.minor} ends on 2030-03-01`);
    expect(on("2030-03-02", text)).toContain(`support of cert-manager ${release.minor} ended on 2030-03-01`);
  } finally {
    first.supportEnds = supportEnds;
  }
});
