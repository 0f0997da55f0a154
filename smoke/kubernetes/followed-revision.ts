import type { Metadata, Pod, WebhookConfiguration } from "./objects";
import { itemsOf, type Observed } from "./observed";

/** What leads pods to a revision. */
export interface FollowedObservation {
  /** Webhooks of tags. */
  readonly tags: Observed<readonly WebhookConfiguration[]>;
  readonly namespaces: Observed<readonly { readonly metadata: Metadata }[]>;
}

const revisionKey = "istio.io/rev";

/**
 * The revision that would make a pod's proxy today; undefined where that is not known.
 *
 * As Istio's webhooks choose: `istio-injection` of the namespace before its revision label, and that before the pod's.
 */
export function followedRevision({
  tags,
  namespaces,
}: FollowedObservation): (pod: Pod) => string | undefined {
  const targets = new Map(
    itemsOf(tags).map(({ metadata }) => [metadata.labels?.["istio.io/tag"], metadata.labels?.[revisionKey]]),
  );
  const labelsOf = new Map(itemsOf(namespaces).map(({ metadata }) => [metadata.name, metadata.labels ?? {}]));
  return ({ metadata }) => {
    const ofNamespace = labelsOf.get(metadata.namespace ?? "default");
    if (ofNamespace === undefined || tags.kind !== "seen") return undefined;
    const named =
      "istio-injection" in ofNamespace
        ? "default"
        : (ofNamespace[revisionKey] ?? metadata.labels?.[revisionKey]);
    return named === undefined ? undefined : (targets.get(named) ?? named);
  };
}
