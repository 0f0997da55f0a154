import { describe, expect, test } from "vitest";
import { existing } from "../support/environments/environment-files";
import type { MeshJson } from "../support/stacks/mesh-json";
import { synthesizeMesh } from "../support/stacks/synthesize-mesh";
import { complaintsAbout } from "../support/terraform/conditions";
import { evaluate, isInstalled } from "../support/terraform/terraform-program";

const withoutTerraform = isInstalled("terraform") ? undefined : "terraform is not on the PATH";

/** A Deployment as the kubernetes provider reads it. */
function istiod(version: string, environment?: string, revision?: string): object {
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: {
      name: "istiod",
      labels: {
        app: "istiod",
        "app.kubernetes.io/version": version,
        ...(revision === undefined ? {} : { "istio.io/rev": revision }),
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

describe.skipIf(withoutTerraform)(`before a revision is touched, Terraform ${withoutTerraform ?? ""}`, () => {
  const older = "{ name: default, istioVersion: 1.30.8 }";
  const newer = "{ name: 1-31-4, istioVersion: 1.31.4 }";
  const meshOf = (revisions: string, stable: string) =>
    synthesizeMesh(
      `${existing.replace("istioVersion: 1.31.4", `revisions: [${revisions}]`)}  tags: { stable: ${stable} }\n`,
      { name: "edge" },
    );
  const first = istiod("1.30.8", "edge", "default");
  const second = istiod("1.31.4", "edge", "1-31-4");

  test("adds one beside that which runs", () => {
    expect(complaints(meshOf(`${older}, ${newer}`, "default"), [first])).toBe("");
  });

  test("moves what is stable to one that runs", () => {
    expect(complaints(meshOf(`${older}, ${newer}`, "1-31-4"), [first, second])).toBe("");
  });

  test("installs everything at once where nothing runs", () => {
    expect(complaints(meshOf(`${older}, ${newer}`, "1-31-4"), [])).toBe("");
  });

  test("stops where what is stable does not run yet", () => {
    expect(complaints(meshOf(`${older}, ${newer}`, "1-31-4"), [first])).toBe(
      "Revision 1-31-4 does not run yet, and tag stable is to stand for it. Leave stable at default, deploy, and move the tag then.",
    );
  });

  test("stops where a revision is to become an older one, whose proxies would be newer than it", () => {
    const back = meshOf("{ name: blue, istioVersion: 1.30.8 }", "blue");
    expect(complaints(back, [istiod("1.31.4", "edge", "blue")])).toBe(
      "Revision blue runs Istio 1.31.4. Istio 1.30.8 can replace 1.29 or 1.30 in place; leave the revision as it is, and add one of Istio 1.30.8 beside it.",
    );
    expect(complaints(back, [istiod("1.30.1", "edge", "blue")])).toBe("");
  });

  test("stops where one of several is somebody else's", () => {
    const mesh = meshOf(`${older}, ${newer}`, "default");
    expect(complaints(mesh, [first, istiod("1.31.4", "other", "1-31-4")])).toMatch(
      /holds an istiod that this environment did not install/,
    );
  });

  test("stops where the file says one version and another revision runs", () => {
    const short = synthesizeMesh(existing, { name: "edge" });
    expect(complaints(short, [second])).toBe(
      "The cluster runs revision 1-31-4. List what runs under mesh.revisions in place of istioVersion, and add { name: 1-31-4, istioVersion: 1.31.4 } beside it.",
    );
    expect(complaints(short, [istiod("1.31.4", "edge", "default")])).toBe("");
  });

  describe("looks at the pods when one goes, and", () => {
    const mesh = meshOf(newer, "1-31-4");
    const [address = "", guard] =
      Object.entries(mesh.json.data?.["kubernetes_resources"] ?? {}).find(
        ([, block]) => block["kind"] === "Pod",
      ) ?? [];
    const pod = (namespace: string, revision: string) => ({
      metadata: {
        namespace,
        name: "web",
        uid: `${namespace}-${revision}`,
        annotations: { "istio.io/rev": revision },
      },
    });
    const says = (...pods: object[]) => complaintsAbout(mesh, address, pods);

    test("goes on where no proxy is of that revision", () => {
      expect(says(pod("shop", "1-31-4"), { metadata: { namespace: "shop", name: "plain", uid: "1" } })).toBe(
        "",
      );
    });

    test("stops where one is, and tells what to restart", () => {
      expect(says(pod("shop", "1-31-4"), pod("shop", "default"), pod("legacy", "default"))).toBe(
        "Revision default still serves the proxies of 2 pods. Put it back into mesh.revisions, let a tag or a namespace lead them to another revision, deploy, restart what is left (kubectl rollout restart deployment,statefulset,daemonset -n shop; kubectl rollout restart deployment,statefulset,daemonset -n legacy), and then remove it.",
      );
    });

    test.each([
      ["no pods where none goes", [second], "istio-cdktf.dev/none"],
      ["pods with a proxy where one goes", [first, second], "service.istio.io/canonical-name"],
    ])("reads %s", (_what, running, selector) => {
      const expression = String(guard?.["label_selector"]).replaceAll(
        `${mesh.guardAddress}.objects`,
        "local.reading-running",
      );
      const readings = { running } as unknown as Readonly<Record<string, Record<string, unknown>>>;
      expect(evaluate(mesh, { selector: expression }, readings)).toEqual({ selector });
    });
  });
});
