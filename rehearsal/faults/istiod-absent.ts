import { setTimeout as delay } from "node:timers/promises";

import { type ApiClient } from "../api/client";
import { type KubernetesObject } from "../api/objects";
import { type ReleaseBlock, type Stack } from "../stack/block";
import { chartNameOf } from "../stack/chart-source";
import { type Fault } from "./fault";
import { untilRelease } from "./until-release";

interface Deployment extends KubernetesObject {
  readonly spec: { readonly replicas?: number };
  readonly status?: { readonly availableReplicas?: number };
}

const checkMilliseconds = 200;
const selector = "labelSelector=app%3Distiod";

/** Takes istiod away when the first gateway has begun to be installed. */
export function istiodAbsent(api: ApiClient, stack: Stack): Fault {
  const gateways = gatewayReleases(stack);
  const replicas = new Map<string, number>();
  const deployments = () => api.list<Deployment>(`/apis/apps/v1/deployments?${selector}`);
  return {
    title: "istiod is absent when the gateway comes",
    named: /failed calling webhook [\s\S]*nothing answers for Service \S+\/istiod/,
    stopsApiServer: false,
    strike: async (signal) => {
      await untilRelease(
        api,
        ({ name, status }) => gateways.has(name) && status === "pending-install",
        signal,
      );
      for (const { metadata, spec } of await deployments()) {
        const path = pathOf(metadata);
        replicas.set(path, spec.replicas ?? 1);
        await api.patch(path, { spec: { replicas: 0 } });
      }
      await deletePods(api, `/api/v1/pods?${selector}`);
      // A pod that was faster has its sidecar already: the next one comes when istiod is away for certain.
      for (const { namespace } of gateways.values())
        await deletePods(api, `/api/v1/namespaces/${namespace}/pods`);
    },
    heal: async () => {
      for (const [path, count] of replicas) await api.patch(path, { spec: { replicas: count } });
      const isBack = async () =>
        (await deployments()).every(({ status }) => (status?.availableReplicas ?? 0) > 0);
      while (!(await isBack())) await delay(checkMilliseconds);
    },
  };
}

/** Deletes pods at once, as when their nodes are lost. */
async function deletePods(api: ApiClient, path: string): Promise<void> {
  for (const { metadata } of await api.list<KubernetesObject>(path)) {
    await api.delete(`/api/v1/namespaces/${metadata.namespace ?? ""}/pods/${metadata.name}`, {
      gracePeriodSeconds: 0,
    });
  }
}

/** The releases that are made from Istio's chart `gateway`, by name. */
export function gatewayReleases({ blocks }: Stack): ReadonlyMap<string, ReleaseBlock> {
  const releases = blocks.filter((block) => block.kind === "release");
  return new Map(
    releases
      .filter(({ chart }) => chartNameOf(chart) === "gateway")
      .map((release) => [release.name, release]),
  );
}

function pathOf({ namespace = "", name }: Deployment["metadata"]): string {
  return `/apis/apps/v1/namespaces/${namespace}/deployments/${name}`;
}
