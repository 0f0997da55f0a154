import { nearestName } from "../../config/reading/nearest-name";
import { oneOf, quote, type Problem } from "../../config/reading/problem";
import type { ObjectFinding } from "./application-file";
import { fieldOf, listOf, textOf } from "./fields";
import { fullHost, objectsOfKind, type MeshObjects, type PlacedObject } from "./mesh-objects";

/** Services and ServiceEntries of the applications, by the names that Istio knows them by. */
export class Hosts {
  /** Ports by full host. */
  private readonly ports = new Map<string, readonly number[]>();
  /** Subsets by full host. */
  private readonly subsets = new Map<string, string[]>();
  private readonly namespaces: ReadonlySet<string>;

  public constructor(mesh: MeshObjects) {
    this.namespaces = new Set(mesh.environment.applications.map(({ namespace }) => namespace));
    for (const { manifest, namespace } of objectsOfKind(mesh, "", "Service")) {
      this.ports.set(fullHost(manifest.metadata.name, namespace), numbers(manifest, "port"));
    }
    const entries = objectsOfKind(mesh, "networking.istio.io", "ServiceEntry").map(
      ({ manifest }) => manifest,
    );
    for (const entry of [...entries, ...mesh.owned.filter(({ kind }) => kind === "ServiceEntry")]) {
      for (const host of hostsOf(entry)) this.ports.set(host, numbers(entry, "number"));
    }
    for (const { manifest, namespace } of objectsOfKind(mesh, "networking.istio.io", "DestinationRule")) {
      const host = fullHost(textOf(manifest, "spec", "host") ?? "", namespace);
      const names = listOf(manifest, "spec", "subsets").flatMap((subset) => textOf(subset, "name") ?? []);
      this.subsets.set(host, [...(this.subsets.get(host) ?? []), ...names]);
    }
  }

  /** What is wrong with a destination; `path` leads to it. */
  public destinationProblems(
    object: PlacedObject,
    destination: unknown,
    path: readonly (string | number)[],
  ): Problem[] {
    const host = textOf(destination, "host");
    if (host === undefined) return [];
    const unknown = this.hostProblem(object, host, [...path, "host"]);
    if (unknown !== undefined) return [object.problem(unknown)];
    return [
      ...this.subsetProblems(object, destination, path, host),
      ...this.portProblems(object, destination, path, host),
    ];
  }

  /** What is wrong with the host of a destination or a DestinationRule; undefined where it may well exist. */
  public hostProblem(
    { namespace }: PlacedObject,
    host: string,
    path: readonly (string | number)[],
  ): ObjectFinding | undefined {
    const full = fullHost(host, namespace);
    if (host.includes("*") || this.ports.has(full)) return undefined;
    const [, name = "", inNamespace = ""] = /^([^.]+)\.([^.]+)\.svc\./.exec(full) ?? [];
    // What lies in other namespaces, and names of the world outside, are not known here.
    if (inNamespace !== "" && !this.namespaces.has(inNamespace)) return undefined;
    if (inNamespace === "") return { path, found: quote(host), ...this.outside(host) };
    const names = [...this.ports.keys()].flatMap((each) =>
      each.endsWith(`.${inNamespace}.svc.cluster.local`) ? [each.slice(0, each.indexOf("."))] : [],
    );
    const meant = nearestName(name, names);
    const accepted =
      names.length === 0
        ? `a Service of namespace ${inNamespace}, which has none`
        : `a Service of namespace ${inNamespace}: ${oneOf(names)}`;
    const advice = meant === undefined ? `add a Service ${name}` : `did you mean ${meant}?`;
    return { path, found: quote(host), accepted, advice };
  }

  /** A host with dots that is no full name of a Service; Istio appends nothing to it. */
  private outside(host: string): Omit<ObjectFinding, "path" | "found"> {
    const full = `${host.replace(/\.svc$/, "")}.svc.cluster.local`;
    if (this.ports.has(full)) {
      const accepted = "a Service's name alone, or its full name: Istio takes one with dots as it stands";
      return { accepted, advice: `write ${full}` };
    }
    const accepted =
      "a Service's full name, or a host that policies.outbound.hosts or a ServiceEntry of an application names";
    const advice =
      "list it under policies.outbound.hosts, add a ServiceEntry for it, or write <name>.<namespace>.svc.cluster.local";
    return { accepted, advice };
  }

  private subsetProblems(
    object: PlacedObject,
    destination: unknown,
    path: readonly (string | number)[],
    host: string,
  ) {
    const subset = textOf(destination, "subset");
    if (subset === undefined) return [];
    const subsets = this.subsets.get(fullHost(host, object.namespace)) ?? [];
    if (subsets.includes(subset)) return [];
    const meant = nearestName(subset, subsets);
    const accepted =
      subsets.length === 0
        ? `a subset of a DestinationRule for ${host}, and there is none with subsets`
        : `a subset that a DestinationRule for ${host} has: ${oneOf(subsets)}`;
    const advice = meant === undefined ? `add it to a DestinationRule for ${host}` : `did you mean ${meant}?`;
    return [object.problem({ path: [...path, "subset"], found: quote(subset), accepted, advice })];
  }

  private portProblems(
    object: PlacedObject,
    destination: unknown,
    path: readonly (string | number)[],
    host: string,
  ) {
    const ports = this.ports.get(fullHost(host, object.namespace)) ?? [];
    const number = fieldOf(destination, "port", "number");
    if (number === undefined) {
      if (ports.length < 2) return [];
      const accepted = `a port, because ${host} has several: ${oneOf(ports.map(String))}`;
      return [object.problem({ path, found: "none", accepted, advice: "add port: { number: … }" })];
    }
    if (ports.length === 0 || ports.includes(number as number)) return [];
    const accepted = `a port of ${host}: ${oneOf(ports.map(String))}`;
    const advice = `write ${String(ports[0])}, the port of the Service and not of its pods`;
    return [object.problem({ path: [...path, "port", "number"], found: quote(number), accepted, advice })];
  }
}

/** Hosts of the applications' ServiceEntries. */
export function entryHosts(mesh: MeshObjects): readonly string[] {
  return objectsOfKind(mesh, "networking.istio.io", "ServiceEntry").flatMap(({ manifest }) =>
    hostsOf(manifest),
  );
}

const hostsOf = (manifest: unknown) => listOf(manifest, "spec", "hosts").map(String);

function numbers(manifest: unknown, key: string): readonly number[] {
  return listOf(manifest, "spec", "ports").flatMap((port) => {
    const number = fieldOf(port, key);
    return typeof number === "number" ? [number] : [];
  });
}
