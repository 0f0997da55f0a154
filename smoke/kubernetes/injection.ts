import { found, passed, skipped, type Verdict } from "../verdict";
import type { ApiAnswer, ApiRequest } from "./kubernetes-api";
import type { Deployment, Pod } from "./objects";

/** A pod as the gateway's ReplicaSet would make it, for a dry run: nothing is stored. */
export function dryRunPod(deployment: Deployment): ApiRequest {
  const { template } = deployment.spec;
  const { namespace = "default", name } = deployment.metadata;
  const { labels, annotations } = template.metadata ?? {};
  return {
    method: "POST",
    path: `/api/v1/namespaces/${namespace}/pods?dryRun=All`,
    body: {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { generateName: `${name}-smoke-`, namespace, labels, annotations },
      spec: template.spec,
    },
  };
}

/** RBAC's refusal of the request itself, which says nothing about the pod. */
const notPermitted = /User "[^"]*" cannot create/;

/** Judges what admission made of the pod. */
export function decideInjection(deployment: Deployment, answer: ApiAnswer): Verdict {
  const { namespace, name } = deployment.metadata;
  const tried = `dry-run a pod of ${namespace}/${name}`;
  switch (answer.kind) {
    case "unreachable":
      return found("api-unreachable", { tried, got: answer.detail });
    case "error":
      if (notPermitted.test(answer.message)) return skipped(`dry run not permitted: ${answer.message}`);
      if (/failed calling webhook/.test(answer.message)) {
        return found("webhook-unreachable", { tried, got: answer.message });
      }
      return found("admission-refused", { tried, got: answer.message });
    case "ok": {
      const { spec } = answer.body as Pod;
      const containers = [...spec.containers, ...(spec.initContainers ?? [])];
      const images = containers.map(({ image }) => image ?? "");
      const proxy = containers.find(({ name: container }) => container === "istio-proxy");
      if (proxy !== undefined && !images.includes("auto")) return passed(tried, `injected ${proxy.image}`);
      return found("injection-silent", { tried, got: `admitted unchanged, with image ${images.join(", ")}` });
    }
  }
}
