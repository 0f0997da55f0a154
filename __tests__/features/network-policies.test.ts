import { expect, test } from "vitest";
import { existing, wordingOf } from "../support/environments/environment-files";
import { synthesizeMesh } from "../support/stacks/synthesize-mesh";

const gateways = "gateways: [{ name: ingress, exposure: { kind: nodeport } }]\n";
const policyOf = (mesh: string, release: string) =>
  (
    synthesizeMesh(`${existing}${mesh}${gateways}`).values(release)["global"] as
      { networkPolicy?: object } | undefined
  )?.networkPolicy;

test.each(["istiod", "istio-cni", "istio-ingress"])("mesh.networkPolicies brings one for %s", (release) => {
  expect(policyOf("  networkPolicies: true\n", release)).toEqual({ enabled: true });
  expect(policyOf("", release)).toBeUndefined();
});

test("a value beside the key is refused with the key to set", () => {
  const values = "  istiod: { values: { global: { networkPolicy: { enabled: true } } } }\n";
  expect(wordingOf(`${existing}${values}`)).toContain("set mesh.networkPolicies");
});
