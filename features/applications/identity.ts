import { nearestName } from "../../config/reading/nearest-name";
import { oneOf, quote, type Problem } from "../../config/reading/problem";
import { kindsNamed, lookUpKind, type KindName } from "./kinds";
import { writtenNamespace, type Judge, type PlacedObject } from "./mesh-objects";

/** Objects of known kinds, each once, in the application's namespace, and none that the environment makes itself. */
export const identitiesHold: Judge = (mesh) => {
  const seen = new Map<string, PlacedObject>();
  const owned = new Set(mesh.owned.map((manifest) => keyOf(manifest, writtenNamespace(manifest) ?? "")));
  return mesh.objects.flatMap((object): Problem[] => {
    const { manifest, namespace } = object;
    const key = keyOf(manifest, isNamespaced(manifest) ? namespace : "");
    const first = seen.get(key);
    if (first === undefined) seen.set(key, object);
    const found = `${manifest.kind} ${manifest.metadata.name}`;
    if (first !== undefined) {
      const accepted = `each object stands once; ${first.source} has it already`;
      return [
        object.problem({ path: ["metadata", "name"], found, accepted, advice: "remove one of the two" }),
      ];
    }
    if (owned.has(key)) {
      const accepted = `objects that the environment does not make itself; its own keys decide over this one`;
      const advice = "give it another name, or remove it and set the environment's key";
      return [object.problem({ path: ["metadata", "name"], found, accepted, advice })];
    }
    return [
      ...kindProblems(object),
      ...namespaceProblems(object),
      ...namespaceWidePolicy(object, mesh.owned),
    ];
  });
};

function keyOf({ kind, apiVersion, metadata }: PlacedObject["manifest"], namespace: string): string {
  return `${apiVersion.replace(/\/?[^/]*$/, "")} ${kind} ${namespace}/${metadata.name}`;
}

function isNamespaced(manifest: KindName): boolean {
  const kind = lookUpKind(manifest);
  return !kind.known || kind.namespaced;
}

const nameOf = ({ apiVersion, kind }: KindName) => `${apiVersion} ${kind}`;

function kindProblems(object: PlacedObject): Problem[] {
  const { manifest } = object;
  const kind = lookUpKind(manifest);
  if (kind.known) return [];
  const found = quote(nameOf(manifest));
  if (kind.ofGroup === undefined) {
    const accepted = "a kind of Kubernetes, Istio, cert-manager or the Gateway API";
    const advice = "see that the cluster has the custom resource definition before this is deployed";
    return [object.problem({ path: ["apiVersion"], severity: "warning", found, accepted, advice })];
  }
  const sameName = [
    ...kind.ofGroup.filter((each) => each.kind === manifest.kind),
    ...kindsNamed(manifest.kind),
  ];
  const near = nearestName(
    manifest.kind,
    kind.ofGroup.map((each) => each.kind),
  );
  const meant = sameName[0] ?? kind.ofGroup.find((each) => each.kind === near);
  const advice = meant === undefined ? "see kubectl api-resources" : `did you mean ${nameOf(meant)}?`;
  const path = [sameName.length > 0 ? "apiVersion" : "kind"];
  return [object.problem({ path, found, accepted: "an apiVersion and a kind that exist", advice })];
}

function namespaceProblems(object: PlacedObject): Problem[] {
  const { manifest, application } = object;
  const written = writtenNamespace(manifest);
  if (manifest.kind === "Namespace" && manifest.apiVersion === "v1") {
    return [
      object.problem({
        path: ["kind"],
        found: `Namespace ${manifest.metadata.name}`,
        accepted: "objects inside a namespace; the environment makes the namespace with its labels",
        advice: `remove it; applications[].namespace is ${application.namespace}`,
      }),
    ];
  }
  if (written === undefined || !isNamespaced(manifest) || written === application.namespace) return [];
  return [
    object.problem({
      path: ["metadata", "namespace"],
      found: quote(written),
      accepted: `objects of application ${application.name} lie in its namespace, ${application.namespace}`,
      advice: "remove the key, or move the object to an application of that namespace",
    }),
  ];
}

/** Of several policies for all of a namespace the oldest one counts. */
function namespaceWidePolicy(object: PlacedObject, owned: readonly PlacedObject["manifest"][]): Problem[] {
  const { manifest, namespace } = object;
  const isWide = (each: PlacedObject["manifest"]) =>
    each.kind === "PeerAuthentication" && !("selector" in ((each as { spec?: object }).spec ?? {}));
  const other = owned.find((each) => isWide(each) && writtenNamespace(each) === namespace);
  if (!isWide(manifest) || other === undefined) return [];
  return [
    object.problem({
      path: ["metadata", "name"],
      found: `PeerAuthentication ${manifest.metadata.name} for all of namespace ${namespace}`,
      accepted: `one such policy in a namespace, and the environment makes ${oneOf([other.metadata.name])}`,
      advice: "set mtls of the namespace in mesh.namespaces, or add a selector",
    }),
  ];
}
