import { found, passed, type Verdict } from "../verdict";
import { fullName, type Deployment } from "./objects";
import { itemsOf, notAllowed, type Observed } from "./observed";

/** Why the API server makes no pod of a Deployment; undefined where it does. */
function refusalOf({ status }: Deployment): string | undefined {
  const failure = status?.conditions?.find(({ type }) => type === "ReplicaFailure");
  return failure?.status === "True" ? (failure.message ?? failure.reason ?? "no reason given") : undefined;
}

/** What to do about a refusal, as far as its words tell. */
function remedyFor(message: string, { metadata: { namespace = "default" } }: Deployment): string | undefined {
  const [, level] = /violates PodSecurity "([a-z]+):/.exec(message) ?? [];
  if (level === undefined) return undefined;
  const relax = (to: string) =>
    `give namespace ${namespace} a level that admits it: podSecurity: ${to} in mesh.namespaces, or the label pod-security.kubernetes.io/enforce`;
  // The container that sets up redirection, which Istio's CNI plugin makes unnecessary.
  if (/istio-init|NET_ADMIN/.test(message)) {
    return `level ${level} forbids NET_ADMIN, which the sidecar's init container needs: set mesh.cni.enabled: true, or ${relax("privileged")}`;
  }
  const looser = level === "restricted" ? "baseline" : "privileged";
  return `write into the pod's securityContext what the message asks, or ${relax(looser)}`;
}

/**
 * Judges whether the Deployments of the mesh's namespaces get their pods. A pod that admission refuses does not exist:
 * nothing but its Deployment tells.
 */
export function decideRefusedPods(
  namespaces: readonly string[],
  lists: readonly Observed<readonly Deployment[]>[],
): Verdict {
  const tried = `read the Deployments in ${namespaces.join(", ")}`;
  const refused = lists.flatMap(itemsOf).flatMap((deployment) => {
    const message = refusalOf(deployment);
    return message === undefined ? [] : [{ deployment, message }];
  });
  const [first] = refused;
  if (first === undefined) {
    const unreadable = lists.find((list) => list.kind === "unknown");
    return unreadable?.kind === "unknown"
      ? notAllowed("Deployments", unreadable.why)
      : passed(tried, "none is refused a pod");
  }
  const got = refused
    .map(({ deployment, message }) => `${fullName(deployment.metadata)}: ${message}`)
    .join("; ");
  const next = remedyFor(first.message, first.deployment);
  return found("pods-refused", { tried, got, ...(next === undefined ? {} : { next }) });
}
