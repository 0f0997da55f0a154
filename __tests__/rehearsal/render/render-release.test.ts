import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { generated, renderRelease, withoutRandomness } from "../../../rehearsal/render/render-release";
import type { ReleaseBlock } from "../../../rehearsal/stack/block";
import { fakeCommands } from "../../support/rehearsal/fake-commands";

const folder = mkdtempSync(join(tmpdir(), "istio-cdktf-render-test-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const release: ReleaseBlock = {
  kind: "release",
  address: "helm_release.a",
  dependsOn: [],
  preconditions: [],
  postconditions: [],
  name: "ingress",
  namespace: "edge",
  chart: { kind: "asset", path: "/charts/gateway" },
  version: "1.0.0",
  values: [],
  timeoutSeconds: 300,
  atomic: true,
  cleanupOnFail: true,
  wait: true,
  waitForJobs: true,
  skipCrds: false,
  maxHistory: 5,
};

describe("rendering a release", () => {
  test("is Helm's own, with the values as files, the definitions and the cluster's version", async () => {
    const { run, calls } = fakeCommands(() => "kind: Service\n");
    const renderer = { helm: "/bin/helm", run, folder, kubernetesVersion: "1.35" };
    expect(await renderRelease(release, "/charts/gateway", ["a: 1\n", "b: 2\n"], renderer)).toBe(
      "kind: Service\n",
    );
    const values = [0, 1].map((index) => join(folder, "edge", `ingress-${index.toString()}.yaml`));
    expect(calls[0]?.line).toBe(
      `helm template ingress /charts/gateway --namespace edge --skip-tests --values ${values.join(" --values ")} --include-crds --kube-version 1.35`,
    );
    expect(values.map((path) => readFileSync(path, "utf8"))).toEqual(["a: 1\n", "b: 2\n"]);
  });

  test("leaves the definitions out where the release does", async () => {
    const { run, calls } = fakeCommands(() => "");
    await renderRelease({ ...release, skipCrds: true }, "/charts/gateway", [], { helm: "helm", run, folder });
    expect(calls[0]?.line).toContain("--skip-crds");
    expect(calls[0]?.line).not.toContain("--include-crds");
  });

  test("marks what the chart makes up anew each time, and nothing else", () => {
    expect(withoutRandomness("a: 1\n  tls.crt: abc\n  - xyz\n", "a: 1\n  tls.crt: def\n  - uvw\n")).toBe(
      `a: 1\n  tls.crt: ${generated}\n  - ${generated}\n`,
    );
    expect(withoutRandomness("a: 1\n", "a: 1\n")).toBe("a: 1\n");
  });
});
