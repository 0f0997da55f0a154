import { TerraformStack, type ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { components } from "../../composition/components/components";
import type {
  AddressPath,
  Composition,
  PlannedNamespace,
  PlannedRelease,
} from "../../composition/composition";
import { waitsOf, type Phase } from "../../composition/phases";
import type { ChartLibrary } from "../release/chart-library";
import { ChartRelease } from "../release/chart-release";
import { CrdRelease } from "../release/crd-release";
import { ManifestsRelease } from "../release/manifests-release";
import { AdoptedNamespace } from "./adopted-namespace";
import { MeshNamespace } from "./mesh-namespace";

/** Options of {@link MeshLayout}. */
export interface MeshLayoutOptions {
  readonly composition: Composition;
  readonly charts: ChartLibrary;
  /** What belongs to a phase and is no release, such as a cloud's controller. */
  readonly ofPhases: Partial<Readonly<Record<Phase, readonly ITerraformDependable[]>>>;
  /** What single releases wait for beside their phases, by their names. */
  readonly ofReleases: ReadonlyMap<string, readonly ITerraformDependable[]>;
}

/** Lays a composition out as namespaces and Helm releases that wait for each other as their phases say. */
export class MeshLayout {
  private readonly namespaces = new Map<string, ITerraformDependable>();
  private readonly releases = new Map<string, ITerraformDependable>();
  private readonly forgotten: object[] = [];

  public constructor(
    private readonly scope: Construct,
    private readonly options: MeshLayoutOptions,
  ) {
    for (const release of options.composition.releases) this.release(release.name);
    for (const { name } of options.composition.namespaces) this.namespace(name);
  }

  /** The releases with these names; those that the composition does not have are left out. */
  public ready(...names: readonly string[]): readonly ITerraformDependable[] {
    return names.flatMap((name) => this.releases.get(name) ?? []);
  }

  /** What must be ready before whatever waits for a phase: all of it, or what an empty one waits for itself. */
  public readyPhase(phase: Phase): readonly ITerraformDependable[] {
    const own = [
      ...(this.options.ofPhases[phase] ?? []),
      ...this.options.composition.releases
        .filter((release) => release.phase === phase)
        .flatMap(({ name }) => this.release(name)),
    ];
    return own.length > 0 ? own : waitsOf(phase).flatMap((before) => this.readyPhase(before));
  }

  private release(name: string): readonly ITerraformDependable[] {
    const defined = this.releases.get(name);
    if (defined !== undefined) return [defined];
    const plan = this.options.composition.releases.find((each) => each.name === name);
    if (plan === undefined) return [];
    const { release } = this.define(plan);
    this.releases.set(name, release);
    return [release];
  }

  private define(plan: PlannedRelease): ChartRelease | CrdRelease {
    const { charts } = this.options;
    const [scope, id] = this.place(plan.path);
    const common = {
      name: plan.name,
      namespace: plan.namespace,
      timeoutSeconds: plan.timeoutSeconds,
      waits: plan.waits,
      dependsOn: this.before(plan),
    };
    switch (plan.kind) {
      case "chart":
        return new ChartRelease(scope, id, {
          ...common,
          chart: charts.locate(components[plan.component], plan.version),
          values: plan.values,
          rawValues: plan.rawValues,
        });
      case "objects":
        return new ManifestsRelease(scope, id, { ...common, charts, manifests: plan.objects });
      case "definitions": {
        const chart = charts.locate(components[plan.component], plan.version);
        return CrdRelease.ofChart(scope, id, { ...common, charts, chart, values: plan.values });
      }
    }
  }

  private before(plan: PlannedRelease): readonly ITerraformDependable[] {
    const objectNamespaces =
      plan.kind === "objects" ? plan.objects.flatMap(({ metadata }) => metadata.namespace ?? []) : [];
    const all = [
      ...[plan.namespace, ...objectNamespaces].flatMap((name) => this.namespace(name)),
      ...plan.after.flatMap((phase) => this.readyPhase(phase)),
      ...plan.afterReleases.flatMap((name) => this.release(name)),
      ...(this.options.ofReleases.get(plan.name) ?? []),
    ];
    return [...new Set(all)];
  }

  private namespace(name: string): readonly ITerraformDependable[] {
    const defined = this.namespaces.get(name);
    if (defined !== undefined) return [defined];
    const plan = this.options.composition.namespaces.find((each) => each.name === name);
    if (plan === undefined) return [];
    const [scope, id] = this.place(plan.path);
    const ready = this.defineNamespace(scope, id, plan);
    this.namespaces.set(name, ready);
    return [ready];
  }

  private defineNamespace(scope: Construct, id: string, plan: PlannedNamespace): ITerraformDependable {
    switch (plan.management) {
      case "install": {
        const dependsOn = plan.after.flatMap((phase) => this.readyPhase(phase));
        return new MeshNamespace(scope, id, { ...plan, dependsOn }).namespace;
      }
      case "adopt": {
        // A label that leads pods to a tag can be set without loss only once the tag is there.
        const dependsOn = plan.after.includes("revision tags") ? this.readyPhase("revision tags") : [];
        const { checked, formerAddress } = new AdoptedNamespace(scope, id, { ...plan, dependsOn });
        // What the stack made before it forgets, and leaves as it is.
        this.forgotten.push({ from: formerAddress, lifecycle: { destroy: false } });
        TerraformStack.of(scope).addOverride("removed", this.forgotten);
        return checked;
      }
    }
  }

  /** The scope at the end of a path, made where it is missing, and the last id. */
  private place(path: AddressPath): readonly [scope: Construct, id: string] {
    const id = path[path.length - 1] ?? "";
    const scope = path
      .slice(0, -1)
      .reduce<Construct>(
        (parent, step) =>
          (parent.node.tryFindChild(step) as Construct | undefined) ?? new Construct(parent, step),
        this.scope,
      );
    return [scope, id];
  }
}
