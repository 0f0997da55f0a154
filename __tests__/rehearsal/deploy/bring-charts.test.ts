import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";

import { bringCharts } from "../../../rehearsal/deploy/bring-charts";
import { LocalCharts } from "../../../rehearsal/helm/local-charts";
import { fakeCommands } from "../../support/rehearsal/fake-commands";

const folder = mkdtempSync(join(tmpdir(), "istio-cdktf-bring-charts-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("charts of repositories come to lie beside the stack, whoever names them, and others stay", async () => {
  const repository = "oci://example.test/charts";
  const manifests = { chart: "assets/chart-manifests/1a2b", version: "1.0.0" };
  const stack = {
    data: { helm_template: { crds: { chart: "base", repository, version: "1.2.3" } } },
    resource: {
      helm_release: { base: { name: "istio-base", chart: "base", repository, version: "1.2.3" }, manifests },
      kubernetes_namespace_v1: { system: { metadata: {} } },
    },
  };
  const charts = new LocalCharts({
    helm: "helm",
    run: fakeCommands(({ line }) => {
      writeFileSync(join(line.split(" --destination ")[1] ?? "", "base-1.2.3.tgz"), "");
      return "";
    }).run,
    folder: join(folder, "pulled"),
    packaged: () => Promise.resolve(undefined),
    isReachable: () => Promise.resolve(true),
  });
  const chart = "assets/chart-base/1.2.3/base-1.2.3.tgz";
  const brought = await bringCharts(stack, folder, charts);
  expect(brought.replacements).toEqual([expect.stringContaining("files beside the stack")]);
  expect(brought.stack).toEqual({
    data: { helm_template: { crds: { chart, version: "1.2.3" } } },
    resource: {
      ...stack.resource,
      helm_release: { base: { name: "istio-base", chart, version: "1.2.3" }, manifests },
    },
  });
  expect(existsSync(join(folder, chart))).toBe(true);

  const again = await bringCharts(brought.stack, folder, charts);
  expect(again).toEqual({ stack: brought.stack, replacements: [] });
});
