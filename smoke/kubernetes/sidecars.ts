import { passed, skipped, type Verdict } from "../verdict";
import type { Deployment, Pod } from "./objects";
import { followedRevision, type FollowedObservation } from "./followed-revision";
import { itemsOf, notAllowed, type Observed } from "./observed";
import { ownerOf } from "./owner";

export interface SidecarObservation {
  /** The Deployments of istiod, one for each revision. */
  readonly istiods: Observed<readonly Deployment[]>;
  /** Pods that Istio injected: workloads and gateways. */
  readonly pods: Observed<readonly Pod[]>;
  readonly follows: FollowedObservation;
}

const revisionKey = "istio.io/rev";

/** The version in an image's tag; undefined where the tag is another, or a digest alone. */
function versionOf(image: string | undefined): string | undefined {
  const tag = /:([\w.-]+)(?:@|$)/.exec(image?.split("/").at(-1) ?? "")?.[1];
  return tag === undefined ? undefined : /^\d+\.\d+(?:\.\d+)?(?:-(?:alpha|beta|rc)\.\d+)?/.exec(tag)?.[0];
}

/** The container of Istio's proxy. */
export function proxyOf({ spec }: Pod) {
  // A native sidecar is an init container.
  const containers = [...spec.containers, ...(spec.initContainers ?? [])];
  return containers.find(({ name }) => name === "istio-proxy");
}

/** The revision that made a pod's proxy, or that an istiod is of. */
export function revisionOf({ annotations, labels }: Pod["metadata"] | Deployment["metadata"]): string {
  return annotations?.[revisionKey] ?? labels?.[revisionKey] ?? "default";
}

export function isRunning({ metadata, status }: Pod): boolean {
  return metadata.deletionTimestamp === undefined && !["Succeeded", "Failed"].includes(status?.phase ?? "");
}

/** Versions of istiod by revision. */
export function controlPlaneVersions(
  istiods: readonly Deployment[],
): ReadonlyMap<string, string | undefined> {
  return new Map(
    istiods.map(({ metadata, spec }) => [
      revisionOf(metadata),
      versionOf(spec.template.spec.containers.find(({ name }) => name === "discovery")?.image),
    ]),
  );
}

const mostNamed = 5;

/** `a, b and 3 more`, each once. */
function named(texts: readonly string[]): string {
  const each = [...new Set(texts)];
  const more = each.length - mostNamed;
  return more > 0 ? `${each.slice(0, mostNamed).join(", ")} and ${more} more` : each.join(", ");
}

const restart = (pods: readonly Pod[]) => {
  const owners = pods
    .map(ownerOf)
    .filter(({ kind }) => ["Deployment", "StatefulSet", "DaemonSet"].includes(kind));
  const commands = owners.map(
    ({ kind, namespace, name }) => `kubectl rollout restart ${kind.toLowerCase()}/${name} -n ${namespace}`,
  );
  return named(commands);
};

/** A pod whose proxy was made by another revision than the one that it follows now. */
export interface ProxyBehind {
  readonly pod: Pod;
  readonly revision: string;
  readonly follows: string;
}

/** Pods that still have the proxy of another revision: moving a tag restarts nothing. */
export function proxiesBehind({
  pods,
  follows,
}: Pick<SidecarObservation, "pods" | "follows">): ProxyBehind[] {
  const followed = followedRevision(follows);
  return itemsOf(pods).flatMap((pod) => {
    if (!isRunning(pod) || proxyOf(pod) === undefined) return [];
    const [revision, wanted] = [revisionOf(pod.metadata), followed(pod)];
    return wanted === undefined || wanted === revision ? [] : [{ pod, revision, follows: wanted }];
  });
}

/** Commands that restart what pods belong to, some of many. */
export const restartCommands = (behind: readonly ProxyBehind[]) => restart(behind.map(({ pod }) => pod));

/**
 * Judges whether the proxies are those of the control plane: a pod keeps the sidecar that it was made with, whatever
 * istiod is now. Another version still works, so that it is a note.
 */
export function decideSidecars({ istiods, pods, follows }: SidecarObservation): Verdict {
  const tried = "compare the proxies of all pods with their istiod";
  if (istiods.kind === "unknown") return notAllowed("istiod's Deployments", istiods.why);
  if (pods.kind === "unknown") return notAllowed("pods", pods.why);
  const versions = controlPlaneVersions(itemsOf(istiods));
  const proxies = itemsOf(pods).flatMap((pod) => {
    const proxy = isRunning(pod) ? proxyOf(pod) : undefined;
    return proxy === undefined
      ? []
      : [{ pod, revision: revisionOf(pod.metadata), version: versionOf(proxy.image) }];
  });
  if (proxies.length === 0) return skipped("no pod has a proxy");
  const behind = proxiesBehind({ pods, follows }).filter(({ revision }) => versions.has(revision));
  const lost = proxies.filter(({ revision }) => !versions.has(revision));
  const others = proxies.filter(({ revision, version }) => {
    const wanted = versions.get(revision);
    return wanted !== undefined && version !== undefined && version !== wanted;
  });
  const text = (one: (typeof proxies)[number]) => {
    const { namespace, name } = ownerOf(one.pod);
    return `${namespace}/${name} (${one.version ?? "of unknown version"})`;
  };
  const notes: string[] = [];
  if (others.length > 0) {
    const wanted = named(others.map(({ revision }) => versions.get(revision) ?? ""));
    notes.push(
      `${others.length} of ${proxies.length} proxies are not of istiod's version ${wanted}: ${named(others.map(text))}; pods keep the sidecar they were made with, so restart them: ${restart(others.map(({ pod }) => pod))}`,
    );
  }
  if (behind.length > 0) {
    const revisions = (which: (proxy: ProxyBehind) => string) => named(behind.map(which));
    notes.push(
      `${behind.length} of ${proxies.length} proxies are of revision ${revisions((proxy) => proxy.revision)}, and their pods follow ${revisions((proxy) => proxy.follows)} now; restart them: ${restartCommands(behind)}`,
    );
  }
  if (lost.length > 0) {
    const revisions = named(lost.map(({ revision }) => revision));
    notes.push(
      `${lost.length} of ${proxies.length} proxies are of revision ${revisions}, which has no istiod any more: ${named(lost.map(text))}; move their namespaces to a revision that exists, and restart them`,
    );
  }
  const known = [...new Set([...versions.values()].filter((version) => version !== undefined))];
  const got = `${proxies.length} proxies; istiod ${known.join(", ") || "of unknown version"}`;
  return passed(tried, got, notes.length === 0 ? undefined : notes.join("; "));
}
