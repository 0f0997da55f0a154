import { type ApiClient } from "../api/client";
import { keyOf, type KubernetesObject, type Service } from "../api/objects";

/** Everything in a cluster that a destroy could leave behind, as `kind name`. */
export interface Inventory {
  readonly objects: ReadonlySet<string>;
  readonly definitions: ReadonlySet<string>;
}

const kinds = [
  ["Namespace", "/api/v1/namespaces"],
  ["MutatingWebhookConfiguration", "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations"],
  ["ValidatingWebhookConfiguration", "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations"],
  ["ClusterRole", "/apis/rbac.authorization.k8s.io/v1/clusterroles"],
  ["ClusterRoleBinding", "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings"],
  ["PriorityClass", "/apis/scheduling.k8s.io/v1/priorityclasses"],
  ["PersistentVolume", "/api/v1/persistentvolumes"],
] as const;

const releaseSecrets = "/api/v1/secrets?fieldSelector=type%3Dhelm.sh%2Frelease.v1";
const definitions = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";

export async function takeInventory(api: ApiClient): Promise<Inventory> {
  const objects = new Set<string>();
  for (const [kind, path] of kinds) {
    for (const { metadata } of await api.list<KubernetesObject>(path))
      objects.add(`${kind} ${metadata.name}`);
  }
  for (const secret of await api.list<KubernetesObject>(releaseSecrets))
    objects.add(`Helm release ${keyOf(secret)}`);
  for (const service of await api.list<Service>("/api/v1/services")) {
    if (service.spec.type === "LoadBalancer") objects.add(`Service ${keyOf(service)} of type LoadBalancer`);
  }
  const crds = await api.list<KubernetesObject>(definitions);
  return { objects, definitions: new Set(crds.map(({ metadata }) => metadata.name)) };
}

/** What is there now and was not before: objects that should have gone, and CRDs, which are kept on purpose. */
export function leftBehind(
  before: Inventory,
  after: Inventory,
): { objects: string[]; definitions: string[] } {
  return {
    objects: [...after.objects].filter((name) => !before.objects.has(name)).sort(),
    definitions: [...after.definitions].filter((name) => !before.definitions.has(name)).sort(),
  };
}
