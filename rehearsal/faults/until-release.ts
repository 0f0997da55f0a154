import { type ApiClient } from "../api/client";
import { kubernetesObject } from "../api/objects";
import { Watch } from "../api/watch";

/** A release of Helm, as the labels of its Secret tell. */
export interface ObservedRelease {
  readonly name: string;
  readonly namespace: string;
  /** Such as `pending-install`. */
  readonly status: string;
}

/** Resolves when Helm has stored a release that fits; rejects when the signal comes first. */
export async function untilRelease(
  api: ApiClient,
  fits: (release: ObservedRelease) => boolean,
  signal: AbortSignal,
): Promise<ObservedRelease> {
  const found = new AbortController();
  let release: ObservedRelease | undefined;
  const watch = new Watch({
    api,
    path: "/api/v1/secrets",
    read: kubernetesObject,
    onChange: ({ metadata }) => {
      const { owner, name = "", status = "" } = metadata.labels ?? {};
      const seen = { name, namespace: metadata.namespace ?? "", status };
      if (owner !== "helm" || release !== undefined || !fits(seen)) return;
      release = seen;
      found.abort();
    },
    // A Secret that cannot be read is no release.
    onProblem: () => undefined,
  });
  await watch.run(AbortSignal.any([signal, found.signal]));
  if (release === undefined) throw new Error("the release that the fault waits for was not installed");
  return release;
}
