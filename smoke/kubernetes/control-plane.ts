import { found, passed, type Verdict } from "../verdict";
import { conditionOf, type Deployment, type WebhookConfiguration } from "./objects";
import { notAllowed, type Observed } from "./observed";
import { revisioned, type ClusterScope } from "./scope";

/** Available replicas of those wanted, and why not more. */
export function availability(deployment: Deployment): { readonly available: boolean; readonly text: string } {
  const condition = conditionOf(deployment, "Available");
  const text = `${deployment.status?.availableReplicas ?? 0} of ${deployment.spec.replicas ?? 1} replicas available`;
  const reason = conditionOf(deployment, "ReplicaFailure")?.message ?? condition?.message;
  const available = condition?.status === "True";
  return { available, text: available || reason === undefined ? text : `${text}: ${reason}` };
}

export function decideIstiod(scope: ClusterScope, istiod: Observed<Deployment>): Verdict {
  const name = `${scope.istioNamespace}/${revisioned("istiod", scope)}`;
  const tried = `read Deployment ${name}`;
  if (istiod.kind === "unknown") return notAllowed(`Deployment ${name}`, istiod.why);
  if (istiod.kind === "absent") return found("istiod-missing", { tried, got: "not found" });
  const { available, text } = availability(istiod.value);
  return available ? passed(tried, text) : found("istiod-unavailable", { tried, got: text });
}

export function injectorName(scope: ClusterScope): string {
  return revisioned("istio-sidecar-injector", scope);
}

export function decideInjector(scope: ClusterScope, injector: Observed<WebhookConfiguration>): Verdict {
  const name = injectorName(scope);
  const tried = `read MutatingWebhookConfiguration ${name}`;
  if (injector.kind === "unknown") return notAllowed(name, injector.why);
  if (injector.kind === "absent") return found("injector-missing", { tried, got: "not found" });
  const webhooks = injector.value.webhooks ?? [];
  const bare = webhooks.filter(({ clientConfig }) => (clientConfig.caBundle ?? "") === "");
  if (webhooks.length > 0 && bare.length === 0) return passed(tried, "every webhook has a caBundle");
  const got =
    bare.length === 0 ? "no webhooks" : `no caBundle in ${bare.map(({ name: one }) => one).join(", ")}`;
  return found("injector-without-ca", { tried, got });
}
