import type { Composition, PlannedNamespace, PlannedRelease } from "./composition";
import { components } from "./components/components";
import type { Contribution, Feature, FeatureInput, NamespaceNeed, ReleaseNeed } from "./contribution";
import { injectionLabels, revisionFollowed, unnamedRevision } from "../config/mesh/revisions";
import type { Environment } from "../config/environment";
import { rootNamespaceOf } from "../config/mesh/management";
import type { Manifest } from "./manifests/manifest";
import type { TelemetryManifest } from "./manifests/telemetry";
import { MergedMap } from "./merged-map";
import { mergeValues } from "./merge-values";
import { type Phase, waitsOf } from "./phases";
import { meshRequests } from "./requests";
import { sharedMeshConfig } from "./shared-mesh-config";

/** What a feature contributes, with its name. */
interface Contributed extends Contribution {
  readonly feature: string;
}

const defaultTimeoutSeconds = 300;

/** What all features want among the values of a component. */
type ValuesOf = (component: string) => Readonly<Record<string, unknown>>;

/**
 * Merges what the features contribute to one mesh.
 *
 * @throws Error naming both features, when two want different things of the same place.
 */
export function compose(features: readonly Feature[], input: FeatureInput): Composition {
  const all = features.map((feature) => ({ feature: feature.name, ...feature.contribute(input) }));
  const meshConfig = new MergedMap("MeshConfig");
  const values = new Map<string, MergedMap>();
  for (const { feature, meshConfig: own = {}, values: ofComponents = {} } of all) {
    meshConfig.add(feature, own);
    for (const [component, ofComponent] of Object.entries(ofComponents)) {
      const merged = values.get(component) ?? new MergedMap(`values of ${component}`);
      merged.add(feature, ofComponent as object);
      values.set(component, merged);
    }
  }
  const valuesOf = (component: string): Readonly<Record<string, unknown>> => {
    const merged = values.get(component)?.value ?? {};
    return component === "istiod" ? { ...merged, meshConfig: meshConfig.value } : merged;
  };
  const { mesh } = input.environment;
  const releases = [
    ...mergeReleases(all, valuesOf, mesh),
    ...sharedMeshConfig(mesh, meshConfig.value).map((need) => planned(need, valuesOf)),
  ];
  return {
    namespaces: mergeNamespaces(all, mesh),
    releases,
    meshConfig: meshConfig.value,
    calledPorts: calledPorts(all, releases),
    requests: meshRequests(
      mesh.proxyResources,
      all.flatMap(({ requests = [] }) => requests),
      all.flatMap(({ requestsPerNode }) => requestsPerNode ?? []),
    ),
    expectations: {
      releaseNamespaces: [...new Set(releases.map(({ namespace }) => namespace))].sort(),
    },
  };
}

function planned(need: ReleaseNeed, valuesOf: ValuesOf): PlannedRelease {
  const common = {
    after: need.after ?? waitsOf(need.phase),
    afterReleases: need.afterReleases ?? [],
    timeoutSeconds: need.timeoutSeconds ?? defaultTimeoutSeconds,
    waits: need.waits ?? true,
  };
  switch (need.kind) {
    case "chart":
      return {
        rawValues: {},
        ...need,
        ...common,
        values: mergeValues(need.values, valuesOf(need.component)),
      };
    case "objects":
    case "definitions":
      return { ...need, ...common };
  }
}

function mergeReleases(
  all: readonly Contributed[],
  valuesOf: ValuesOf,
  mesh: Environment["mesh"],
): readonly PlannedRelease[] {
  const owners = new Map<string, string>();
  const claim = (feature: string, { namespace, name }: ReleaseNeed) => {
    const release = `${namespace}/${name}`;
    const owner = owners.get(release);
    if (owner !== undefined) {
      throw new Error(
        `Features ${owner} and ${feature} both define release ${release}; one must leave it out`,
      );
    }
    owners.set(release, feature);
  };
  const own = all.flatMap(({ feature, releases = [] }) =>
    releases.map((need) => {
      claim(feature, need);
      return planned(need, valuesOf);
    }),
  );
  const policies = mergePolicies(all);
  const release = policiesRelease(policies, rootNamespaceOf(mesh));
  return policies.length === 0 ? own : [...own, planned(release, valuesOf)];
}

function policiesRelease(objects: readonly Manifest[], namespace: string): ReleaseNeed {
  return {
    kind: "objects",
    path: ["policies", "mesh-policies"],
    name: "mesh-policies",
    namespace,
    phase: "policies",
    objects,
  };
}

function mergePolicies(all: readonly Contributed[]): readonly Manifest[] {
  const owners = new Map<string, string>();
  const reporting = { feature: "telemetry", policies: mergeTelemetry(all) };
  return [...all, reporting].flatMap(({ feature, policies = [] }) =>
    policies.map((object) => {
      const { kind, metadata } = object;
      const name = `${kind} ${metadata.namespace ?? ""}/${metadata.name}`;
      const owner = owners.get(name);
      if (owner !== undefined) {
        throw new Error(`Features ${owner} and ${feature} both define ${name}; one must leave it out`);
      }
      owners.set(name, feature);
      return object;
    }),
  );
}

/** One for each namespace: of several that speak for all proxies of a namespace Istio reads the oldest only. */
function mergeTelemetry(all: readonly Contributed[]): readonly TelemetryManifest[] {
  const merged = new Map<string, MergedMap>();
  for (const { feature, telemetry = {} } of all) {
    for (const [namespace, spec] of Object.entries(telemetry)) {
      const ofNamespace = merged.get(namespace) ?? new MergedMap(`Telemetry of namespace ${namespace}`);
      ofNamespace.add(feature, spec);
      merged.set(namespace, ofNamespace);
    }
  }
  return [...merged].map(([namespace, { value }]) => ({
    apiVersion: "telemetry.istio.io/v1",
    kind: "Telemetry",
    metadata: { name: "default", namespace },
    spec: value,
  }));
}

function mergeNamespaces(
  all: readonly Contributed[],
  mesh: Environment["mesh"],
): readonly PlannedNamespace[] {
  const withSidecar = all.flatMap((one) => one.sidecarPodSecurity ?? [])[0] ?? "restricted";
  const merged = new Map<string, { feature: string; namespace: PlannedNamespace; labels: MergedMap }>();
  for (const { feature, namespaces = [] } of all) {
    for (const need of namespaces) {
      const { podSecurity = withSidecar } = need;
      const before = merged.get(need.name);
      if (before !== undefined && before.namespace.podSecurity !== podSecurity) {
        throw new Error(
          `Features ${before.feature} and ${feature} want Pod Security ${before.namespace.podSecurity} and ${podSecurity} in namespace ${need.name}; set its podSecurity in the environment file`,
        );
      }
      const labels = before?.labels ?? new MergedMap(`labels of namespace ${need.name}`);
      labels.add(feature, namespaceLabels(need, mesh));
      const namespace = before?.namespace ?? {
        path: need.path,
        name: need.name,
        management: need.management ?? "install",
        podSecurity,
        labels: {},
        after: [...(need.after ?? []), ...phasesOfInjection(need, mesh)],
        ...(followsUnnamedRevision(need, mesh) ? { followsUnnamedRevision: true } : {}),
      };
      merged.set(need.name, { feature: before?.feature ?? feature, namespace, labels });
    }
  }
  return [...merged.values()].map(({ namespace, labels }) => ({
    ...namespace,
    labels: labels.value as Record<string, string>,
  }));
}

function namespaceLabels(
  { injection, revision, labels }: NamespaceNeed,
  mesh: Environment["mesh"],
): Record<string, string> {
  return { ...(injection === true ? injectionLabels(mesh, revision) : {}), ...labels };
}

function followsUnnamedRevision({ injection, revision }: NamespaceNeed, mesh: Environment["mesh"]): boolean {
  if (injection !== true || mesh.revisions === undefined) return false;
  return revisionFollowed(mesh, revision).name === unnamedRevision;
}

/** A label that no webhook answers to would leave pods without a sidecar, and nobody would be told. */
function phasesOfInjection({ injection }: NamespaceNeed, mesh: Environment["mesh"]): readonly Phase[] {
  const tagged = mesh.revisions !== undefined && mesh.management !== "aks-add-on";
  return injection === true && tagged ? ["revision tags"] : [];
}

/** Ports of the webhooks of what is installed, and those that features name; who shares a port is named with it. */
function calledPorts(
  all: readonly Contributed[],
  releases: readonly PlannedRelease[],
): Composition["calledPorts"] {
  const installed = new Set(
    releases.flatMap((release) => (release.kind === "chart" ? release.component : [])),
  );
  const ofCharts = [...installed].flatMap((component) => components[component].calledPorts);
  const purposes = new Map<number, string[]>();
  for (const { port, purpose } of [...all.flatMap((one) => one.calledPorts ?? []), ...ofCharts]) {
    purposes.set(port, [...new Set([...(purposes.get(port) ?? []), purpose])]);
  }
  return [...purposes].map(([port, each]) => ({ port, purpose: each.join(" and ") }));
}
