/**
 * AKS' admissions enforcer keeps webhooks out of its own namespaces by rewriting them; Helm and istiod would rewrite
 * them back for ever. Istio's injector already leaves those namespaces alone.
 *
 * Istio's charts offer annotations for the injector only, not for the validating webhooks.
 *
 * @see https://learn.microsoft.com/azure/aks/faq#can-i-use-admission-controller-webhooks-on-aks-
 */
export const aksWebhookAnnotations = { "admissions.enforcer/disabled": "true" };
