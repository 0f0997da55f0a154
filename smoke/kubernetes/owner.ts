import type { Pod } from "./objects";

/** What a pod belongs to, as people name it. */
export interface Owner {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

/** The Deployment, StatefulSet, DaemonSet or the like that a pod belongs to; a pod of nobody owns itself. */
export function ownerOf({ metadata }: Pod): Owner {
  const { namespace = "default", name, labels, ownerReferences = [] } = metadata;
  const owner = ownerReferences.find(({ controller }) => controller === true) ?? ownerReferences[0];
  if (owner === undefined) return { kind: "Pod", namespace, name };
  const hash = labels?.["pod-template-hash"];
  // A Deployment's ReplicaSet carries the hash of its template behind the Deployment's name.
  if (owner.kind === "ReplicaSet" && hash !== undefined && owner.name.endsWith(`-${hash}`)) {
    return { kind: "Deployment", namespace, name: owner.name.slice(0, -hash.length - 1) };
  }
  return { kind: owner.kind, namespace, name: owner.name };
}
