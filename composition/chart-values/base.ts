/**
 * Values of Istio's chart `base` that the project sets.
 *
 * The chart ignores keys it does not know, so a misspelt one must fail to compile here.
 *
 * @see https://github.com/istio/istio/blob/1.31.1/manifests/charts/base/values.yaml
 */
export interface BaseChartValues {
  /** Revision whose istiod validates Istio's resources. */
  readonly defaultRevision: string;
  readonly base: {
    /** Fail from the start: istiod sets it to Fail, and every plan would show the difference. */
    readonly validationFailurePolicy: "Fail" | "Ignore";
  };
  readonly global: { readonly istioNamespace: string };
}
