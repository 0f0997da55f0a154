import { expect, test } from "vitest";
import type { BaseChartValues } from "../../composition/chart-values/base";
import type { CniChartValues } from "../../composition/chart-values/cni";
import type { IstiodChartValues } from "../../composition/chart-values/istiod";

// `npm run lint` compiles this file: an unused @ts-expect-error is an error, so each misspelling must be refused.
const misspelt = {
  // @ts-expect-error `validationFailurePolicy` stands below `base`
  base: { validationFailurePolicy: "Fail" } satisfies Partial<BaseChartValues>,
  // @ts-expect-error `excludeNamespaces`
  cni: { excludedNamespaces: ["kube-system"] } satisfies Partial<CniChartValues>,
  // @ts-expect-error `autoscaleMin`
  istiod: { autoscaleMinimum: 2 } satisfies Partial<IstiodChartValues>,
  // @ts-expect-error REGISTRY_ONLY, in capitals
  mode: "registry_only" satisfies IstiodChartValues["meshConfig"]["outboundTrafficPolicy"]["mode"],
};
const right = { autoscaleMin: 2 } satisfies Partial<IstiodChartValues>;

test("a misspelt chart value does not compile, and a right one does", () => {
  expect(Object.keys(misspelt)).toHaveLength(4);
  expect(right).toEqual({ autoscaleMin: 2 });
});
