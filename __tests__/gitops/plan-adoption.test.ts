import { describe, expect, test } from "vitest";
import { importsJson, overrideJson, ownershipLabel, planAdoption } from "../../gitops/adopt/plan-adoption";
import { ownershipLabel as labelOfStack } from "../../composition/ownership";
import { parseStack } from "../../rehearsal/stack/read-stack";

const release = (name: string) => ({
  name,
  namespace: "istio-system",
  chart: name,
  repository: "oci://c.test/m",
  version: "1.0.0",
});
const { blocks } = parseStack(
  {
    resource: {
      helm_release: {
        base_1: release("istio-base"),
        istiod_2: release("istiod"),
        policies_3: release("mesh-policies"),
      },
      kubernetes_namespace_v1: {
        system_4: { metadata: { name: "istio-system" } },
        health_5: { metadata: { name: "mesh-health" } },
      },
    },
  },
  "/stacks/lab-mesh",
);
const helms = [
  { name: "istio-base", namespace: "istio-system" },
  { name: "istiod", namespace: "istio-system" },
  { name: "istiod", namespace: "elsewhere" },
];

describe("what Helm installed", () => {
  const adoption = planAdoption("lab", blocks, {
    releases: helms,
    namespaces: ["istio-system", "default"],
    istiodLabels: { [ownershipLabel]: "lab" },
  });

  test("is imported under the names of the stack, with its namespaces", () => {
    expect(importsJson(adoption)).toEqual({
      import: [
        { to: "kubernetes_namespace_v1.system_4", id: "istio-system" },
        { to: "helm_release.base_1", id: "istio-system/istio-base" },
        { to: "helm_release.istiod_2", id: "istio-system/istiod" },
      ],
    });
  });

  test("is Helm's already: nothing is taken over by force, and the label is there", () => {
    expect(overrideJson(adoption)).toBeUndefined();
    expect(adoption.labelsIstiod).toBe(false);
  });
});

test("what istioctl installed is taken over by the releases that would be installed beside it", () => {
  const found = { releases: [], namespaces: ["istio-system"], istiodLabels: { app: "istiod" } };
  const adoption = planAdoption("lab", blocks, found);
  expect(overrideJson(adoption)).toEqual({
    resource: {
      helm_release: {
        base_1: { take_ownership: true },
        istiod_2: { take_ownership: true },
        policies_3: { take_ownership: true },
      },
    },
  });
  expect(adoption.labelsIstiod).toBe(true);
});

test("an empty cluster has nothing to take over", () => {
  const adoption = planAdoption("lab", blocks, {
    releases: [],
    namespaces: ["default"],
    istiodLabels: undefined,
  });
  expect(adoption).toEqual({ imports: [], takeOwnership: [], labelsIstiod: false });
});

test("the label is the one that the stack's plan looks for", () => {
  expect(ownershipLabel).toBe(labelOfStack);
});
