import type { Manifest } from "../../composition/manifests/manifest";
import { nearestName } from "../../config/reading/nearest-name";
import { oneOf, quote, type Problem } from "../../config/reading/problem";
import { fieldOf, listOf, textOf } from "./fields";
import { Hosts } from "./hosts";
import {
  fullHost,
  objectsOfKind,
  writtenNamespace,
  type Judge,
  type MeshObjects,
  type PlacedObject,
} from "./mesh-objects";

const gatewayApi = "gateway.networking.k8s.io";

/** Every Gateway and Service that a route of the Gateway API names exists, and the Gateway serves its host names. */
export const apiRoutesLeadSomewhere: Judge = (mesh) => {
  const gateways = listenersOf(mesh);
  const hosts = new Hosts(mesh);
  const routes = objectsOfKind(mesh, gatewayApi, "HTTPRoute", "GRPCRoute", "TLSRoute", "TCPRoute");
  return routes.flatMap((route) => [
    ...definitionProblems(mesh, route),
    ...parentProblems(route, gateways, mesh),
    ...backendProblems(route, hosts),
  ]);
};

function definitionProblems({ environment }: MeshObjects, route: PlacedObject): Problem[] {
  if (environment.gatewayApi.management !== "none") return [];
  const path = ["kind"];
  const found = quote(route.manifest.kind);
  const accepted = "kinds that the cluster knows, and gatewayApi.management is none";
  const advice = "set gatewayApi.management to install, or to adopt where the cluster has the definitions";
  return [route.problem({ path, severity: "warning", found, accepted, advice })];
}

/** A listener, as far as it matters here. */
interface Listener {
  /** `*` for all. */
  readonly host: string;
  readonly admits: (namespace: string) => boolean;
}

/** Listeners of Gateways of the Gateway API, by `<namespace>/<name>`. */
function listenersOf(mesh: MeshObjects): ReadonlyMap<string, readonly Listener[]> {
  const hostsOf = (manifest: Manifest, own: string) =>
    listOf(manifest, "spec", "listeners").map((listener) => ({
      host: textOf(listener, "hostname") ?? "*",
      admits: (namespace: string) => admits(fieldOf(listener, "allowedRoutes", "namespaces"), own, namespace),
    }));
  const owned = mesh.owned
    .filter(({ kind, apiVersion }) => kind === "Gateway" && apiVersion.startsWith(gatewayApi))
    .map((manifest) => ({ manifest, namespace: writtenNamespace(manifest) ?? "" }));
  return new Map(
    [...owned, ...objectsOfKind(mesh, gatewayApi, "Gateway")].map(({ manifest, namespace }) => [
      `${namespace}/${manifest.metadata.name}`,
      hostsOf(manifest, namespace),
    ]),
  );
}

function parentProblems(
  route: PlacedObject,
  gateways: ReadonlyMap<string, readonly Listener[]>,
  { environment }: MeshObjects,
): Problem[] {
  const hosts = listOf(route.manifest, "spec", "hostnames").map(String);
  return listOf(route.manifest, "spec", "parentRefs").flatMap((parent, index): Problem[] => {
    const name = textOf(parent, "name");
    if (name === undefined || (textOf(parent, "kind") ?? "Gateway") !== "Gateway") return [];
    const full = `${textOf(parent, "namespace") ?? route.namespace}/${name}`;
    const path = ["spec", "parentRefs", index, "name"];
    const served = gateways.get(full);
    if (served === undefined) {
      const known = [...gateways.keys()];
      const ofIstio = environment.gateways.find((each) => `istio-${each.name}/${each.name}` === full);
      const accepted =
        known.length === 0
          ? "a Gateway of the Gateway API, and the environment has none"
          : `a Gateway of the Gateway API: ${oneOf(known)}`;
      const meant = nearestName(full, known);
      const advice =
        ofIstio !== undefined
          ? `set api of gateway ${name} to gateway-api`
          : meant === undefined
            ? "set api of a gateway to gateway-api"
            : `did you mean ${meant}?`;
      return [route.problem({ path, found: quote(full), accepted, advice })];
    }
    const open = served.filter(({ admits }) => admits(route.namespace)).map(({ host }) => host);
    if (hosts.length === 0 || hosts.some((host) => open.some((each) => overlap(each, host)))) return [];
    const serves = open.length === 0 ? `nothing of ${route.namespace}` : oneOf([...new Set(open)]);
    const accepted = `a gateway that serves one of spec.hostnames (${oneOf(hosts)}); ${full} serves ${serves}`;
    const advice = "add the host to tls.hosts of the gateway, or use one that it serves";
    return [route.problem({ path, found: quote(full), accepted, advice })];
  });
}

/** Whether routes of a namespace may use a listener; of labels only the namespace's name is known here. */
function admits(allowed: unknown, own: string, namespace: string): boolean {
  switch (textOf(allowed, "from") ?? "Same") {
    case "Same":
      return own === namespace;
    case "Selector":
      return listOf(allowed, "selector", "matchExpressions").every(
        (expression) =>
          textOf(expression, "key") !== "kubernetes.io/metadata.name" ||
          listOf(expression, "values").includes(namespace),
      );
    default:
      return true;
  }
}

function overlap(one: string, other: string): boolean {
  const fits = (pattern: string, host: string) =>
    pattern === "*" || pattern === host || (pattern.startsWith("*.") && host.endsWith(pattern.slice(1)));
  return fits(one, other) || fits(other, one);
}

function backendProblems(route: PlacedObject, hosts: Hosts): Problem[] {
  return listOf(route.manifest, "spec", "rules").flatMap((rule, index) =>
    listOf(rule, "backendRefs").flatMap((backend, place): Problem[] => {
      const name = textOf(backend, "name");
      if (name === undefined || (textOf(backend, "kind") ?? "Service") !== "Service") return [];
      const path = ["spec", "rules", index, "backendRefs", place];
      const host = fullHost(name, textOf(backend, "namespace") ?? route.namespace);
      const problem = hosts.hostProblem(route, host, [...path, "name"]);
      if (problem !== undefined) return [route.problem({ ...problem, found: quote(name) })];
      if (fieldOf(backend, "port") !== undefined) return [];
      const accepted = "the port of the Service, without which the route is not accepted";
      return [route.problem({ path, found: "no port", accepted, advice: "add port" })];
    }),
  );
}
