import { expect, test } from "vitest";
import { environmentFile } from "../../config/environment";
import { findingsOf, rule } from "../../config/rules/rule";

const context = { name: "lab", today: new Date("2026-11-21") };
const { mesh, gateways } = environmentFile.parse({
  target: { kind: "existing", kubernetesVersion: "1.35", connection: { kind: "kubeconfig", context: "lab" } },
  mesh: { istioVersion: "1.31.4" },
});

const complains = rule(["mesh", "gateways"], ({ mesh, gateways, name }) => [
  {
    path: ["mesh"],
    found: String(mesh.istioVersion),
    accepted: name,
    advice: String(gateways.length),
  },
]);

test("a rule sees the sections it needs and the environment's name", () => {
  expect(findingsOf([complains], { mesh, gateways }, context)).toEqual([
    { path: ["mesh"], found: "1.31.4", accepted: "lab", advice: "0" },
  ]);
});

test("a rule is silent where one of its sections is not valid", () => {
  expect(findingsOf([complains], { mesh }, context)).toEqual([]);
});
