import { gatewayIdentity } from "../gateways/gateway-identity";
import { nearestName } from "../../config/reading/nearest-name";
import { oneOf, quote, type Problem } from "../../config/reading/problem";
import type { Manifest } from "../../composition/manifests/manifest";
import { fieldOf, listOf, textOf, textsOf } from "./fields";
import { Hosts } from "./hosts";
import {
  objectsOfKind,
  selects,
  workloadsOf,
  writtenNamespace,
  type Judge,
  type MeshObjects,
  type PlacedObject,
} from "./mesh-objects";

const istioNetworking = "networking.istio.io";

/** The weights of a route are percentages. */
export const weightsArePercentages: Judge = (mesh) =>
  objectsOfKind(mesh, istioNetworking, "VirtualService").flatMap((object) =>
    routesOf(object.manifest).flatMap(({ path, route }) => weightProblems(object, path, route)),
  );

/** Every host, subset, port and gateway that a VirtualService names exists. */
export const routesLeadSomewhere: Judge = (mesh) => {
  const hosts = new Hosts(mesh);
  const gateways = gatewaysOf(mesh);
  return objectsOfKind(mesh, istioNetworking, "VirtualService").flatMap((object) => [
    ...gatewayProblems(object, gateways),
    ...sourceProblems(object),
    ...routesOf(object.manifest).flatMap(({ path, route }) =>
      destinationsOf(route).flatMap(({ below, destination }) =>
        hosts.destinationProblems(object, destination, [...path, ...below]),
      ),
    ),
  ]);
};

/** Every DestinationRule is for a host that exists, and its subsets select pods. */
export const destinationRulesSelect: Judge = (mesh) => {
  const hosts = new Hosts(mesh);
  const workloads = workloadsOf(mesh);
  return objectsOfKind(mesh, istioNetworking, "DestinationRule").flatMap((object) => {
    const host = textOf(object.manifest, "spec", "host");
    const unknown = host === undefined ? undefined : hosts.hostProblem(object, host, ["spec", "host"]);
    if (unknown !== undefined) return [object.problem(unknown)];
    return listOf(object.manifest, "spec", "subsets").flatMap((subset, index): Problem[] => {
      const labels = textsOf(subset, "labels");
      const path = ["spec", "subsets", index, "labels"];
      const known = workloads.some((each) => selects(labels, each.labels));
      if (known || workloads.length === 0 || Object.keys(labels).length === 0) return [];
      const found = Object.entries(labels)
        .map(([key, value]) => `${key}: ${value}`)
        .join(", ");
      const accepted = "labels that pods of an application have";
      const advice = "add the label to a workload's pod template; until then what is routed here gets 503";
      return [object.problem({ path, severity: "warning", found, accepted, advice })];
    });
  });
};

/** Every Gateway selects a gateway: Istio's guides select `istio: ingressgateway`, which is nobody's label here. */
export const gatewaysAreServed: Judge = (mesh) => {
  const { gateways } = mesh.environment;
  const labels = [
    ...gateways.map((gateway) => ({ app: gatewayIdentity(gateway).serviceName, istio: gateway.name })),
    ...workloadsOf(mesh).map((workload) => workload.labels),
  ];
  return objectsOfKind(mesh, istioNetworking, "Gateway").flatMap((object): Problem[] => {
    const selector = textsOf(object.manifest, "spec", "selector");
    const isEmpty = Object.keys(selector).length === 0;
    if (isEmpty || labels.some((each) => selects(selector, each))) return [];
    const found = Object.entries(selector)
      .map(([key, value]) => `${key}: ${value}`)
      .join(", ");
    const names = gateways.map(({ name }) => `istio: ${name}`);
    const accepted =
      names.length === 0
        ? "labels of a gateway, and the environment has none"
        : `labels of a gateway of the environment: ${oneOf(names)}`;
    const advice =
      names.length === 0
        ? "add a gateway to the environment; without one nothing serves this"
        : `write ${String(names[0])}; otherwise nothing serves this, unless somebody else deploys such a gateway`;
    return [object.problem({ path: ["spec", "selector"], severity: "warning", found, accepted, advice })];
  });
};

interface Route {
  readonly path: readonly (string | number)[];
  readonly route: unknown;
}

function routesOf(manifest: Manifest): Route[] {
  return ["http", "tls", "tcp"].flatMap((protocol) =>
    listOf(manifest, "spec", protocol).map((route, index) => ({ path: ["spec", protocol, index], route })),
  );
}

function destinationsOf(route: unknown) {
  const mirrors = listOf(route, "mirrors");
  const mirror = fieldOf(route, "mirror");
  return [
    ...listOf(route, "route").map((each, index) => ({
      below: ["route", index, "destination"],
      destination: fieldOf(each, "destination"),
    })),
    ...mirrors.map((each, index) => ({
      below: ["mirrors", index, "destination"],
      destination: fieldOf(each, "destination"),
    })),
    ...(mirror === undefined ? [] : [{ below: ["mirror"], destination: mirror }]),
  ];
}

function weightProblems(object: PlacedObject, path: readonly (string | number)[], route: unknown): Problem[] {
  const weights = listOf(route, "route").map((each) => fieldOf(each, "weight"));
  if (weights.every((weight) => weight === undefined)) {
    if (weights.length < 2) return [];
    const accepted = "a weight for each destination, in percent";
    const found = `${weights.length} destinations without one`;
    return [object.problem({ path: [...path, "route"], found, accepted, advice: "add weight to each" })];
  }
  const sum = weights.reduce<number>((total, weight) => total + (typeof weight === "number" ? weight : 0), 0);
  if (sum === 100) return [];
  const found = `${weights.map((weight) => String(weight ?? 0)).join(" + ")} = ${sum}`;
  const accepted = "weights that sum to 100, so that each is a percentage";
  const advice = sum < 100 ? `add ${100 - sum} to one of them` : `take ${sum - 100} from them`;
  return [object.problem({ path: [...path, "route"], found, accepted, advice })];
}

/** Beside the gateways of an HTTP match Istio looks at no labels and no namespace of whoever asks. */
function sourceProblems(object: PlacedObject): Problem[] {
  return listOf(object.manifest, "spec", "http").flatMap((route, index) =>
    listOf(route, "match").flatMap((match, at): Problem[] => {
      const sources = ["sourceLabels", "sourceNamespace"].filter((key) => fieldOf(match, key) !== undefined);
      const [source] = sources;
      if (source === undefined || listOf(match, "gateways").length === 0) return [];
      const path = ["spec", "http", index, "match", at, source];
      const accepted = `a match without gateways: beside them Istio looks at no ${source}, and everybody fits`;
      const advice = "remove gateways from the match";
      return [object.problem({ path, severity: "warning", found: "both", accepted, advice })];
    }),
  );
}

/** Hosts of the servers of Gateways, by `<namespace>/<name>`. */
function gatewaysOf(mesh: MeshObjects): ReadonlyMap<string, readonly string[]> {
  const hostsOf = (manifest: Manifest) =>
    listOf(manifest, "spec", "servers").flatMap((server) => listOf(server, "hosts").map(String));
  const owned = mesh.owned
    .filter(({ kind, apiVersion }) => kind === "Gateway" && apiVersion.startsWith(istioNetworking))
    .map(
      (manifest) =>
        [`${writtenNamespace(manifest) ?? ""}/${manifest.metadata.name}`, hostsOf(manifest)] as const,
    );
  const own = objectsOfKind(mesh, istioNetworking, "Gateway").map(
    ({ manifest, namespace }) => [`${namespace}/${manifest.metadata.name}`, hostsOf(manifest)] as const,
  );
  return new Map([...owned, ...own]);
}

function gatewayProblems(object: PlacedObject, gateways: ReadonlyMap<string, readonly string[]>): Problem[] {
  const { manifest, namespace } = object;
  const hosts = listOf(manifest, "spec", "hosts").map(String);
  return listOf(manifest, "spec", "gateways").flatMap((each, index): Problem[] => {
    const name = String(each);
    if (name === "mesh") return [];
    const full = name.includes("/") ? name : `${namespace}/${name}`;
    const path = ["spec", "gateways", index];
    const served = gateways.get(full);
    if (served === undefined) {
      const known = [...gateways.keys()];
      const meant = nearestName(full, known) ?? (known.length === 1 ? known[0] : undefined);
      const accepted =
        known.length === 0
          ? "a Gateway, and the environment has none"
          : `a Gateway: ${oneOf([...known, "mesh"])}`;
      const advice = meant === undefined ? "add a gateway to the environment" : `did you mean ${meant}?`;
      return [object.problem({ path, found: quote(name), accepted, advice })];
    }
    if (hosts.some((host) => served.some((server) => serves(server, full, host, namespace)))) return [];
    const accepted = `a gateway that serves one of spec.hosts (${oneOf(hosts)}); ${full} serves ${oneOf(served)}`;
    const advice = `add the host to tls.hosts of the gateway, or use one that it serves`;
    return [object.problem({ path, found: quote(name), accepted, advice })];
  });
}

/** Whether a server with `<namespace>/<host>` serves a host of a VirtualService of a namespace. */
function serves(server: string, gateway: string, host: string, namespace: string): boolean {
  const slash = server.indexOf("/");
  const from = slash < 0 ? "*" : server.slice(0, slash);
  const pattern = server.slice(slash + 1);
  const own = gateway.slice(0, gateway.indexOf("/"));
  if (from !== "*" && from !== namespace && !(from === "." && own === namespace)) return false;
  return matches(pattern, host) || matches(host, pattern);
}

function matches(pattern: string, host: string): boolean {
  return pattern === "*" || pattern === host || (pattern.startsWith("*.") && host.endsWith(pattern.slice(1)));
}
