/** Fields that a controller writes into what a chart installs. */
export interface WrittenFields {
  readonly group: string;
  readonly kind: string;
  /** Name of the object. @default every one of the kind */
  readonly name?: string;
  /** Paths such as `webhooks[].clientConfig.caBundle`. */
  readonly fields: readonly string[];
}

const webhooks = "admissionregistration.k8s.io";
const caBundle = "webhooks[].clientConfig.caBundle";
// istiod lets its validating webhook fail closed once it answers.
const failurePolicy = "webhooks[].failurePolicy";

const byChart: Readonly<Record<string, readonly WrittenFields[]>> = {
  base: [{ group: webhooks, kind: "ValidatingWebhookConfiguration", fields: [caBundle, failurePolicy] }],
  istiod: [
    { group: webhooks, kind: "MutatingWebhookConfiguration", fields: [caBundle] },
    { group: webhooks, kind: "ValidatingWebhookConfiguration", fields: [caBundle, failurePolicy] },
  ],
  "cert-manager": [
    { group: webhooks, kind: "MutatingWebhookConfiguration", fields: [caBundle] },
    { group: webhooks, kind: "ValidatingWebhookConfiguration", fields: [caBundle] },
  ],
  metallb: [
    { group: webhooks, kind: "ValidatingWebhookConfiguration", fields: [caBundle] },
    {
      group: "apiextensions.k8s.io",
      kind: "CustomResourceDefinition",
      fields: ["spec.conversion.webhook.clientConfig.caBundle"],
    },
  ],
  // The chart makes a new certificate each time that it is rendered.
  "aws-load-balancer-controller": [
    { group: webhooks, kind: "MutatingWebhookConfiguration", fields: [caBundle] },
    { group: webhooks, kind: "ValidatingWebhookConfiguration", fields: [caBundle] },
    { group: "", kind: "Secret", name: "aws-load-balancer-tls", fields: ["data"] },
  ],
};

/** What others write into the objects of a chart; a comparison passes it over. */
export function writtenByOthers(chart: string): readonly WrittenFields[] {
  return byChart[chart] ?? [];
}

/** The charts of which something is known. */
export const chartsWrittenInto: readonly string[] = Object.keys(byChart);
