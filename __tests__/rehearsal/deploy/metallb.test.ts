import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";

import { replaceForRehearsal, type StackJson } from "../../../rehearsal/deploy/replacements";
import { readStack } from "../../../rehearsal/stack/read-stack";
import { existing } from "../../support/environments/environment-files";
import { synthesizeMeshTo } from "../../support/stacks/synthesize-mesh";

const folder = mkdtempSync(join(tmpdir(), "istio-cdktf-metallb-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("a rehearsal of an environment that installs MetalLB", () => {
  const exposure = "{ kind: metallb, pool: { kind: install, addresses: [192.0.2.0/28] } }";
  const text = `${existing}gateways:\n  - name: ingress\n    exposure: ${exposure}\n`;
  const stackFolder = synthesizeMeshTo(folder, text);
  const json = JSON.parse(readFileSync(join(stackFolder, "cdk.tf.json"), "utf8")) as StackJson;
  const { stack, replacements } = replaceForRehearsal(json, "/run/kubeconfig", "/run/state");
  const releases = Object.values(stack.resource?.["helm_release"] ?? {});
  const releaseNames = (of: readonly Record<string, unknown>[]) => of.map(({ name }) => String(name));

  test("leaves out MetalLB and its pool, whose definitions it would bring, and says so", () => {
    const before = readStack(stackFolder).blocks.flatMap((block) =>
      block.kind === "release" ? [block.name] : [],
    );
    expect(before).toEqual(expect.arrayContaining(["metallb", "metallb-pool"]));
    const left = before.filter((name) => !["metallb", "metallb-pool"].includes(name));
    expect(releaseNames(releases).sort()).toEqual(left.sort());
    expect(replacements).toContain(
      "chart metallb and objects of metallb.io: the simulated load balancer, which assigns an address",
    );
  });

  test("keeps the gateway, which waits for nothing that is left out", () => {
    const gateway = releases.find(({ name }) => name === "istio-ingress");
    expect(gateway?.["depends_on"]).toEqual(
      expect.arrayContaining([expect.stringContaining("mesh-policies")]),
    );
    expect(JSON.stringify(stack)).not.toContain("helm_release.metallb");
    expect(JSON.stringify(json)).toContain("helm_release.metallb");
  });
});
