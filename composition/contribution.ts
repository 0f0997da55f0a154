import type { Environment } from "../config/environment";
import type { PodSecurityLevel } from "../config/mesh/mesh";
import type { BaseChartValues } from "./chart-values/base";
import type { CertManagerChartValues } from "./chart-values/cert-manager";
import type { CniChartValues } from "./chart-values/cni";
import type { GatewayChartValues } from "./chart-values/gateway";
import type { IstiodChartValues, MeshConfigValues } from "./chart-values/istiod";
import type { ZtunnelChartValues } from "./chart-values/ztunnel";
import type { ClusterFacts } from "./cluster-facts";
import type { CalledPort, GuardedValues } from "./components/component";
import type { ComponentName } from "./components/components";
import type { AddressPath, ChartPlan, DefinitionsPlan, ObjectsPlan } from "./composition";
import type { Images } from "./images";
import type { Manifest } from "./manifests/manifest";
import type { TelemetrySpec } from "./manifests/telemetry";
import type { Phase } from "./phases";
import type { ComponentRequests, Requests } from "./requests";

/** Some of a chart's values; a misspelt key does not compile. */
export type Some<T> = T extends readonly unknown[]
  ? T
  : T extends object
    ? { readonly [Key in keyof T]?: Some<T[Key]> }
    : T;

/** Values for every release of a component, whoever defines the release. */
export interface ValuesByComponent {
  readonly base?: Some<BaseChartValues>;
  readonly istiod?: Some<IstiodChartValues>;
  readonly cni?: Some<CniChartValues>;
  readonly ztunnel?: Some<ZtunnelChartValues>;
  readonly gateway?: Some<GatewayChartValues>;
  readonly certManager?: Some<CertManagerChartValues>;
}

/** A namespace that a feature needs; features that need the same one agree on it. */
export interface NamespaceNeed {
  readonly path: AddressPath;
  readonly name: string;
  /** Level that it enforces. @default the strictest under which a sidecar starts */
  readonly podSecurity?: PodSecurityLevel;
  /** Whether its pods get a sidecar. @default false */
  readonly injection?: boolean;
  /** Tag or revision that injects it. @default stable */
  readonly revision?: string;
  /** Whether the stack makes it, or only looks whether it is there. @default "install" */
  readonly management?: "install" | "adopt";
  /** @default none */
  readonly labels?: Readonly<Record<string, string>>;
  /** Phases that it waits for. @default none */
  readonly after?: readonly Phase[];
}

type Defaulted = "after" | "afterReleases" | "timeoutSeconds" | "waits";

/** A release as a feature describes it: it waits for what its phase waits for, and Helm for it, five minutes at most. */
export type ReleaseNeed =
  | (Omit<ChartPlan, Defaulted | "rawValues"> & Partial<Pick<ChartPlan, Defaulted | "rawValues">>)
  | (Omit<ObjectsPlan, Defaulted> & Partial<Pick<ObjectsPlan, Defaulted>>)
  | (Omit<DefinitionsPlan, Defaulted> & Partial<Pick<DefinitionsPlan, Defaulted>>);

/** What one feature adds to a mesh. Everything is optional: what an environment does not use adds nothing. */
export interface Contribution {
  readonly meshConfig?: Partial<MeshConfigValues>;
  readonly values?: ValuesByComponent;
  readonly namespaces?: readonly NamespaceNeed[];
  readonly releases?: readonly ReleaseNeed[];
  /** The strictest Pod Security level under which a sidecar starts. */
  readonly sidecarPodSecurity?: PodSecurityLevel;
  /** Objects for the release `mesh-policies`, which stands before gateways and workloads. */
  readonly policies?: readonly Manifest[];
  /** What proxies report, by namespace; the root namespace speaks for all. */
  readonly telemetry?: Readonly<Record<string, TelemetrySpec>>;
  readonly calledPorts?: readonly CalledPort[];
  /** What its pods request at their fewest. */
  readonly requests?: readonly ComponentRequests[];
  /** What it requests on every node. */
  readonly requestsPerNode?: Requests;
}

/** What a feature may look at. */
export interface FeatureInput {
  readonly environment: Environment;
  readonly cluster: ClusterFacts;
  readonly images: Images;
}

/** Something that a mesh can have, in a room of its own: it sees the environment, and no other feature. */
export interface Feature {
  /** Name of its folder in `features/`, for errors that name it. */
  readonly name: string;
  /** Chart values that its keys decide, so that a file may not set them by hand. @default none */
  readonly guardedValues?: Partial<Readonly<Record<ComponentName, GuardedValues>>>;
  readonly contribute: (input: FeatureInput) => Contribution;
}
