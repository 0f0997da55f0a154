import { minorOf } from "../../config/compatibility/version";
import { type Part, type Program } from "./part";

/** A minor version of Istio that a rehearsal can run, and the commit of its branch that is built. */
export interface IstioModule {
  readonly minor: string;
  /** Name of the part that makes it. */
  readonly part: string;
  readonly folder: string;
  readonly commit: string;
}

/** Made for every rehearsal: istioctl and the echo server are its own, whatever an environment runs. */
export const newestIstio: IstioModule = {
  minor: "1.31",
  part: "Istio",
  folder: "istio",
  commit: "eed52ebb66ad",
};

/** Made for those environments that name them. */
export const olderIstios: readonly IstioModule[] = [
  { minor: "1.30", part: "Istio 1.30", folder: "istio-1-30", commit: "9739e10eb9d7" },
];

/** Programs of one minor version of Istio. */
export interface IstioPrograms {
  /** `1.31`. */
  readonly minor: string;
  readonly pilotDiscovery: string;
  readonly pilotAgent: string;
  readonly envoyBootstrap: string;
}

/** What a rehearsal runs for the Istio releases of an environment. */
export interface ChosenIstios {
  /** The first is that of the first release. */
  readonly modules: readonly IstioModule[];
  /** Releases of minor versions that no module is kept of: the newest runs in their place. */
  readonly replaced: readonly string[];
}

export function istiosFor(releases: readonly string[]): ChosenIstios {
  const all = [newestIstio, ...olderIstios];
  const moduleOf = (release: string) => all.find(({ minor }) => minor === minorOf(release));
  return {
    modules: [...new Set(releases.map((release) => moduleOf(release) ?? newestIstio))],
    replaced: [...new Set(releases.filter((release) => moduleOf(release) === undefined))],
  };
}

const versionPackage = "istio.io/istio/pkg/version";

/** Defines the part that makes a minor version. */
export function istioPart(istio: IstioModule): Part {
  const { minor, part, folder, commit } = istio;
  const isNewest = istio === newestIstio;
  return {
    name: part,
    folder,
    version: minor,
    commit,
    kind: "go",
    linkFlags: [
      `-X ${versionPackage}.buildVersion=${minor}-${commit}`,
      `-X ${versionPackage}.buildGitRevision=${commit}`,
      `-X ${versionPackage}.buildStatus=Clean`,
    ].join(" "),
    programs: isNewest ? newestPrograms : olderPrograms(minor),
    keep: {
      module: "istio.io/istio",
      files: {
        "tools/packaging/common/envoy_bootstrap.json": "envoy_bootstrap.json",
        "manifests/charts/base": "charts/base",
        "manifests/charts/istio-control/istio-discovery": "charts/istiod",
        "manifests/charts/istio-cni": "charts/cni",
        "manifests/charts/gateway": "charts/gateway",
      },
    },
    ...(isNewest ? {} : { optional: true }),
    estimateSeconds: isNewest ? 600 : 450,
  };
}

const discoveryPackage = "istio.io/istio/pilot/cmd/pilot-discovery";
const agentPackage = "istio.io/istio/pilot/cmd/pilot-agent";

const newestPrograms: readonly Program[] = [
  { name: "pilot-discovery", goPackage: discoveryPackage },
  { name: "echo-server", goPackage: "istio.io/istio/pkg/test/echo/cmd/server" },
  { name: "pilot-agent", goPackage: agentPackage },
  {
    name: "istioctl",
    goPackage: "istio.io/istio/istioctl/cmd/istioctl",
    probe: { args: ["version", "--remote=false"], accepts: /\b1\.31[.-]/ },
  },
];

function olderPrograms(minor: string): readonly Program[] {
  return [
    { name: `pilot-discovery-${minor}`, goPackage: discoveryPackage },
    { name: `pilot-agent-${minor}`, goPackage: agentPackage },
  ];
}
