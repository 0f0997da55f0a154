import type { BaseChartValues } from "../release/chart-values/base";

/** Values of the release `istio-base`. */
export function baseValues(istioNamespace: string): BaseChartValues {
  return {
    defaultRevision: "default",
    base: { validationFailurePolicy: "Fail" },
    global: { istioNamespace },
  };
}
