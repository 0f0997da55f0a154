import { describe, expect, test } from "vitest";
import { existing } from "../support/environments/environment-files";
import type { MeshJson } from "../support/stacks/mesh-json";
import { synthesizeMesh } from "../support/stacks/synthesize-mesh";
import { complaintsAbout } from "../support/terraform/conditions";
import { isInstalled } from "../support/terraform/terraform-program";

const withoutTerraform = isInstalled("terraform") ? undefined : "terraform is not on the PATH";

/** A Deployment as the kubernetes provider reads it. */
function istiod(version: string, environment?: string): object {
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: {
      name: "istiod",
      labels: {
        app: "istiod",
        "app.kubernetes.io/version": version,
        ...(environment === undefined ? {} : { "istio-cdktf.dev/environment": environment }),
      },
    },
  };
}

/** What Terraform says before it touches the cluster in which these Deployments run; "" when it goes on. */
const complaints = (mesh: MeshJson, running: readonly object[]) =>
  complaintsAbout(mesh, mesh.guardAddress, running);

describe.skipIf(withoutTerraform)(`before Istio is installed, Terraform ${withoutTerraform ?? ""}`, () => {
  const install = synthesizeMesh(existing, { name: "edge" });

  test.each([
    ["there is none", []],
    ["this environment's own runs", [istiod("1.31.0", "edge")]],
    ["this environment's own runs, one minor version older", [istiod("1.30.4", "edge")]],
  ])("goes on when %s", (_what, running) => {
    expect(complaints(install, running)).toBe("");
  });

  test.each([
    ["two minor versions older", "1.29.6"],
    ["newer", "1.32.0"],
    ["of a version that nobody knows", "latest"],
  ])("stops when the one that runs is %s", (_what, version) => {
    expect(complaints(install, [istiod(version, "edge")])).toBe(
      `The cluster runs Istio ${version}. Istio 1.31.4 can replace 1.30 or 1.31 in place; go there one minor version at a time.`,
    );
  });

  test.each([
    ["another environment's", istiod("1.31.4", "other")],
    ["somebody else's", istiod("1.31.4")],
  ])("stops when the one that runs is %s", (_what, running) => {
    expect(complaints(install, [running])).toMatch(
      /^Namespace istio-system holds an istiod .* mesh\.management to adopt/,
    );
  });
});

describe.skipIf(withoutTerraform)(`before an Istio is adopted, Terraform ${withoutTerraform ?? ""}`, () => {
  const adopt = synthesizeMesh(`${existing}  management: adopt\n`, { name: "edge" });

  test("goes on when it is of the configured minor version, whoever installed it", () => {
    expect(complaints(adopt, [istiod("1.31.0")])).toBe("");
  });

  test("stops when there is none", () => {
    expect(complaints(adopt, [])).toMatch(/holds no istiod to adopt\. Set mesh\.management to install/);
  });

  test("stops when it is of another minor version", () => {
    expect(complaints(adopt, [istiod("1.30.5")])).toMatch(
      /^The cluster runs Istio 1\.30\.5\. Set mesh\.istioVersion/,
    );
  });
});
