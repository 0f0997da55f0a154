import type { PodSecurityLevel } from "../config/mesh/mesh";
import type { RawValues } from "../config/values/raw-values";
import type { CalledPort } from "./components/component";
import type { ComponentName } from "./components/components";
import type { MeshConfigValues } from "./chart-values/istiod";
import type { Manifest } from "./manifests/manifest";
import type { Phase } from "./phases";
import type { MeshRequests } from "./requests";

/** Construct ids from the stack down. They make a resource's address in the state: a change destroys it. */
export type AddressPath = readonly [string, ...string[]];

/** A namespace that the mesh stack makes, or that it needs and leaves alone. */
export interface PlannedNamespace {
  readonly path: AddressPath;
  readonly name: string;
  readonly management: "install" | "adopt";
  /** Level that it enforces. */
  readonly podSecurity: PodSecurityLevel;
  readonly labels: Readonly<Record<string, string>>;
  /** Phases that it waits for. */
  readonly after: readonly Phase[];
  /**
   * Whether the label istio-injection=enabled leads its pods where these labels do: Istio reads it for the revision
   * without a name.
   *
   * @default false
   */
  readonly followsUnnamedRevision?: true;
}

interface AnyPlannedRelease {
  readonly path: AddressPath;
  /** Name of the Helm release. */
  readonly name: string;
  readonly namespace: string;
  /** The phase that it is a part of: what waits for the phase waits for it. */
  readonly phase: Phase;
  /** Phases that it waits for. */
  readonly after: readonly Phase[];
  /** Releases that it waits for beside them. */
  readonly afterReleases: readonly string[];
  /** How long Helm waits until everything is ready, before it rolls back. */
  readonly timeoutSeconds: number;
  /** Whether Helm waits at all. Without waiting nothing is rolled back either. */
  readonly waits: boolean;
}

/** A release of a component's own chart. */
export interface ChartPlan extends AnyPlannedRelease {
  readonly kind: "chart";
  readonly component: ComponentName;
  readonly version: string;
  readonly values: object;
  /** Values merged over them, from the environment file. */
  readonly rawValues: RawValues;
}

/** A release of objects that are described here. */
export interface ObjectsPlan extends AnyPlannedRelease {
  readonly kind: "objects";
  readonly objects: readonly Manifest[];
}

/** A release of the custom resource definitions among a chart's templates; they stay when it goes. */
export interface DefinitionsPlan extends AnyPlannedRelease {
  readonly kind: "definitions";
  readonly component: ComponentName;
  readonly version: string;
  readonly values: object;
}

export type PlannedRelease = ChartPlan | ObjectsPlan | DefinitionsPlan;

/** What a deployed mesh must look like from outside; the outputs tell the smoke test. */
export interface Expectations {
  /** Namespaces in which Helm keeps releases. */
  readonly releaseNamespaces: readonly string[];
}

/** What a mesh consists of, as data: everything that stacks lay out as Terraform resources. */
export interface Composition {
  readonly namespaces: readonly PlannedNamespace[];
  readonly releases: readonly PlannedRelease[];
  readonly meshConfig: Partial<MeshConfigValues>;
  readonly calledPorts: readonly CalledPort[];
  readonly requests: MeshRequests;
  readonly expectations: Expectations;
}
