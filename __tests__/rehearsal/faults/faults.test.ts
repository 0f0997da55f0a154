import { expect, test } from "vitest";

import { type StackJson } from "../../../rehearsal/deploy/replacements";
import { gatewayReleases } from "../../../rehearsal/faults/istiod-absent";
import { shortenTimeouts } from "../../../rehearsal/faults/shorten-timeouts";
import { parseStack } from "../../../rehearsal/stack/read-stack";

const release = (name: string, chart: string) => ({ name, namespace: "mesh", chart, version: "1.2.3" });

test("gateways are the releases of the chart 'gateway', wherever it comes from", () => {
  const stack = parseStack(
    {
      resource: {
        helm_release: {
          archive: release("from-archive", "assets/gateway-1.31.1.tgz"),
          folder: release("from-folder", "assets/gateway"),
          repository: { ...release("from-repository", "gateway"), repository: "oci://example.test" },
          other: release("listeners", "assets/gateway-listeners-1.0.0.tgz"),
          istiod: release("istiod", "assets/istiod-1.31.1.tgz"),
        },
      },
    },
    "/stack",
  );
  expect([...gatewayReleases(stack).keys()].sort()).toEqual([
    "from-archive",
    "from-folder",
    "from-repository",
  ]);
});

function stackWithTimeouts(): StackJson {
  return { resource: { helm_release: { long: { timeout: 300 }, short: { timeout: 30 } } } };
}

test("releases that cannot come are not waited for as long as in production, and the report says so", () => {
  const stack = stackWithTimeouts();
  expect(shortenTimeouts(stack, "istiod-absent")).toHaveLength(1);
  expect(stack.resource?.["helm_release"]).toEqual({ long: { timeout: 90 }, short: { timeout: 30 } });
});

test("without that fault every timeout stays the environment's", () => {
  const stack = stackWithTimeouts();
  expect(shortenTimeouts(stack, undefined)).toEqual([]);
  expect(stack).toEqual(stackWithTimeouts());
});
