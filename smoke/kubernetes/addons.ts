import { passed, skipped, type Verdict } from "../verdict";
import type { KubernetesApi } from "./kubernetes-api";
import type { EndpointSlice } from "./objects";
import { getList, notAllowed, type Observed } from "./observed";

/** The ready endpoints of an add-on's Service. */
export async function observeAddon(
  api: KubernetesApi,
  service: string,
): Promise<Observed<readonly EndpointSlice[]>> {
  const [namespace = "", name = ""] = service.split("/");
  const slices = `/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices`;
  return getList<EndpointSlice>(api, slices, { labelSelector: `kubernetes.io/service-name=${name}` });
}

/** Judges whether an add-on answers. A mesh without it serves on, so that its absence is a note and no fault. */
export function decideAddon(service: string, slices: Observed<readonly EndpointSlice[]>): Verdict {
  if (slices.kind === "unknown") return notAllowed(`EndpointSlices of ${service}`, slices.why);
  if (slices.kind === "absent") return skipped("the cluster has no EndpointSlices");
  const endpoints = slices.value.flatMap((slice) => slice.endpoints ?? []);
  const ready = endpoints.filter(({ conditions }) => conditions?.ready !== false).length;
  const [namespace = "", name = ""] = service.split("/");
  return passed(
    `read the EndpointSlices of ${service}`,
    `${ready} of ${endpoints.length} endpoints ready`,
    ready > 0
      ? undefined
      : `${name} is away, and the mesh serves on without it: kubectl describe pods --namespace ${namespace}`,
  );
}
