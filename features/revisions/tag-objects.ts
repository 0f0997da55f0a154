import type { Manifest } from "../../composition/manifests/manifest";
import { istioNamespace } from "../../composition/namespace-names";
import { revisionLabel } from "../../config/mesh/revisions";
import { istiodName } from "../control-plane/istiod-values";
import type { Revision } from "./keys";

/** A tag and what it stands for. */
export interface TagOptions {
  readonly tag: string;
  readonly revision: Revision;
  /** Annotations of Istio's injection webhooks. */
  readonly annotations: Readonly<Record<string, string>> | undefined;
}

interface Requirement {
  readonly key: string;
  readonly operator: "In" | "NotIn" | "Exists" | "DoesNotExist";
  readonly values?: readonly string[];
}

/**
 * The objects by which Istio knows a tag: a webhook for the pods that name it, and a Service of the control plane.
 *
 * istiod takes a tag for its own when either says so: they move together. It fills in the webhook's CA itself.
 *
 * @see https://istio.io/latest/docs/reference/commands/istioctl/#istioctl-tag-generate
 */
export function tagObjects({ tag, revision, annotations }: TagOptions): readonly Manifest[] {
  const labels = { "istio.io/tag": tag, "istio.io/rev": revision.name };
  const inject = (operator: "In" | "NotIn", value: string): Requirement => ({
    key: "sidecar.istio.io/inject",
    operator,
    values: [value],
  });
  const ofNamespaces = webhook("rev.namespace", revision, {
    namespace: [names(tag), without("istio-injection")],
    object: [inject("NotIn", "false")],
  });
  const ofPods = webhook("rev.object", revision, {
    namespace: [without("istio.io/rev"), without("istio-injection")],
    object: [inject("NotIn", "false"), names(tag)],
  });
  const configuration: Manifest & { readonly webhooks: readonly object[] } = {
    apiVersion: "admissionregistration.k8s.io/v1",
    kind: "MutatingWebhookConfiguration",
    metadata: {
      name: `istio-revision-tag-${tag}`,
      labels: { app: "sidecar-injector", ...labels },
      ...(annotations === undefined ? {} : { annotations }),
    },
    webhooks: [ofNamespaces, ofPods],
  };
  return [configuration, service(tag, revision, labels)];
}

const names = (tag: string): Requirement => ({ key: "istio.io/rev", operator: "In", values: [tag] });
const without = (key: string): Requirement => ({ key, operator: "DoesNotExist" });

function webhook(
  name: string,
  revision: Revision,
  selects: { readonly namespace: readonly Requirement[]; readonly object: readonly Requirement[] },
): object {
  return {
    name: `${name}.sidecar-injector.istio.io`,
    clientConfig: {
      service: { name: istiodName(revision), namespace: istioNamespace, path: "/inject", port: 443 },
    },
    sideEffects: "None",
    rules: [{ operations: ["CREATE"], apiGroups: [""], apiVersions: ["v1"], resources: ["pods"] }],
    failurePolicy: "Fail",
    reinvocationPolicy: "Never",
    admissionReviewVersions: ["v1"],
    namespaceSelector: { matchExpressions: selects.namespace },
    objectSelector: { matchExpressions: selects.object },
  };
}

function service(tag: string, revision: Revision, labels: Readonly<Record<string, string>>): Manifest {
  const label = revisionLabel(revision);
  const port = (name: string, number: number, targetPort?: number) => ({
    name,
    port: number,
    protocol: "TCP",
    ...(targetPort === undefined ? {} : { targetPort }),
  });
  const manifest: Manifest & { readonly spec: object } = {
    apiVersion: "v1",
    kind: "Service",
    metadata: {
      name: `istiod-revision-tag-${tag}`,
      namespace: istioNamespace,
      labels: { app: "istiod", istio: "pilot", ...labels },
    },
    spec: {
      ports: [
        port("grpc-xds", 15010),
        port("https-dns", 15012),
        port("https-webhook", 443, 15017),
        port("http-monitoring", 15014),
      ],
      // Pods of the revision without a name have a label that the others lack.
      selector: { app: "istiod", ...(label === "" ? { istio: "pilot" } : { "istio.io/rev": label }) },
    },
  };
  return manifest;
}
