import {
  compatibility,
  releaseOf,
  supportCalendar,
  supports,
  type KubernetesRange,
  type Release,
} from "../compatibility/compatibility";
import { formatPath, oneOf, quote } from "../reading/problem";
import { istioVersionsOf } from "../mesh/revisions";
import type { Target } from "../target/target";
import { compareVersions, minorOf } from "../compatibility/version";
import { rule, type Finding } from "./rule";

const { istio, certManager: certManagers, helm, gatewayChart } = compatibility;

const range = ({ oldest, newest }: KubernetesRange) => `${oldest}–${newest}`;

/** The newest Kubernetes that all the given ranges support and the target still offers. */
function newestKubernetes(target: Target, ranges: readonly KubernetesRange[]): string | undefined {
  const calendar = supportCalendar(target)?.calendar ?? compatibility.kubernetes.upstream;
  return calendar.releases.find(({ minor }) => ranges.every((each) => supports(each, minor)))?.minor;
}

/** The newest release for a Kubernetes version whose support has not ended. */
function newestFor(
  releases: readonly Release[],
  kubernetesVersion: string,
  today: Date,
): Release | undefined {
  return releases.find(
    ({ kubernetes, supportEnds }) =>
      supports(kubernetes, kubernetesVersion) && (supportEnds === null || today <= new Date(supportEnds)),
  );
}

function outsideMatrix(
  path: Finding["path"],
  product: string,
  version: string,
  { releases, readOn }: { readonly releases: readonly Release[]; readonly readOn: string },
  prefix = "",
): Finding {
  const newest = releases[0];
  const newer = newest !== undefined && compareVersions(minorOf(version), newest.minor) > 0;
  const latest = `${prefix}${newest?.latest ?? ""}`;
  return {
    path,
    found: quote(version),
    accepted: `${product} ${oneOf(releases.map(({ minor }) => minor))} are in the matrix read on ${readOn}`,
    advice: newer
      ? `set it to ${latest}, or update config/compatibility/compatibility.json from its sources`
      : `set it to ${latest}: this line is no longer supported`,
  };
}

/** Istio and Kubernetes. */
export const istioSupportsKubernetes = rule(
  ["target", "mesh", "certManager"],
  ({ target, mesh, certManager, today }) => {
    const versions = istioVersionsOf(mesh);
    const releases = versions.map(({ istioVersion }) => releaseOf(istio.releases, istioVersion));
    const { kubernetesVersion } = target;
    return versions.flatMap(({ istioVersion, path }, index): Finding[] => {
      const release = releases[index];
      if (release === undefined) return [outsideMatrix(path, "Istio", istioVersion, istio)];
      if (supports(release.kubernetes, kubernetesVersion)) return [];
      const other =
        certManager.management === "none" ? undefined : releaseOf(certManagers.releases, certManager.version);
      const tenants = [...releases, other].filter((each) => each !== undefined);
      const kubernetes = newestKubernetes(
        target,
        tenants.map((tenant) => tenant.kubernetes),
      );
      const istioInstead = newestFor(istio.releases, kubernetesVersion, today);
      const remedies = [
        ...(kubernetes === undefined ? [] : [`set kubernetesVersion to "${kubernetes}"`]),
        ...(istioInstead === undefined ? [] : [`set ${formatPath(path)} to ${istioInstead.latest}`]),
      ];
      return [
        {
          path: ["target", "kubernetesVersion"],
          found: quote(kubernetesVersion),
          accepted: `Istio ${release.minor} supports Kubernetes ${range(release.kubernetes)}`,
          advice: oneOf(remedies),
        },
      ];
    });
  },
);

/** cert-manager and Kubernetes. */
export const certManagerSupportsKubernetes = rule(
  ["target", "certManager"],
  ({ target, certManager, today }) => {
    if (certManager.management === "none") return [];
    const path = ["certManager", "version"];
    const release = releaseOf(certManagers.releases, certManager.version);
    if (release === undefined) {
      return [outsideMatrix(path, "cert-manager", certManager.version, certManagers, "v")];
    }
    if (supports(release.kubernetes, target.kubernetesVersion)) return [];
    const other = newestFor(certManagers.releases, target.kubernetesVersion, today);
    const kubernetes = newestKubernetes(target, [release.kubernetes]);
    return [
      {
        path,
        found: `${quote(certManager.version)} with Kubernetes ${quote(target.kubernetesVersion)}`,
        accepted: `cert-manager ${release.minor} supports Kubernetes ${range(release.kubernetes)}`,
        advice:
          other === undefined
            ? `set target.kubernetesVersion to "${kubernetes ?? release.kubernetes.newest}"`
            : `set it to v${other.latest}`,
      },
    ];
  },
);

/** Gateway API and Istio, which ignores CRDs that are too old without a word. */
export const istioReadsGatewayApi = rule(["mesh", "gatewayApi"], ({ mesh, gatewayApi }): Finding[] => {
  if (gatewayApi.management === "none") return [];
  return istioVersionsOf(mesh).flatMap(({ istioVersion }) =>
    readsGatewayApi(istioVersion, gatewayApi.version),
  );
});

function readsGatewayApi(istioVersion: string, version: string): Finding[] {
  const release = releaseOf(istio.releases, istioVersion);
  if (release === undefined) return [];
  const { builtWith, oldest } = release.gatewayApi;
  const words = { path: ["gatewayApi", "version"], found: quote(version) };
  if (oldest !== null && compareVersions(version, oldest) < 0) {
    const accepted = `Istio ${release.minor} ignores some Gateway API CRDs older than ${oldest}`;
    return [{ ...words, accepted, advice: `set it to ${builtWith}` }];
  }
  if (compareVersions(minorOf(version), minorOf(builtWith)) > 0) {
    const accepted = `Istio ${release.minor} is built with Gateway API ${builtWith}`;
    const advice = `set it to ${builtWith}, or test what the newer CRDs change`;
    return [{ ...words, accepted, advice, severity: "warning" }];
  }
  return [];
}

/** Whether Helm refuses the gateway chart of an Istio version, because of a flaw in the chart's schema. */
export function helmRefusesGatewayChart(istioVersion: string, helmEngine: string): boolean {
  if (compareVersions(helmEngine, gatewayChart.refusedByHelmFrom) < 0) return false;
  const repaired = gatewayChart.repairedIn.find((version) => minorOf(version) === minorOf(istioVersion));
  const first = repaired ?? gatewayChart.repairedIn[0] ?? "0";
  return compareVersions(istioVersion, first) < 0;
}

/** The gateway chart and the Helm inside the Terraform provider. */
export const helmReadsGatewayChart = rule(["mesh", "gateways"], ({ mesh, gateways }) => {
  if (gateways.length === 0) return [];
  return istioVersionsOf(mesh)
    .filter(({ istioVersion }) => helmRefusesGatewayChart(istioVersion, helm.engine))
    .map(({ istioVersion, path }) => ({
      path,
      found: quote(istioVersion),
      accepted: `Helm ${helm.engine} reads the gateway charts of Istio ${gatewayChart.repairedIn.join(", ")} and later`,
      advice: `choose one of them (${gatewayChart.source})`,
    }));
});
