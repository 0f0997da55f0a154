import { expect, test } from "vitest";

import { interruptedBefore } from "../../../rehearsal/deploy/interrupted-before";
import { parseStack } from "../../../rehearsal/stack/read-stack";

const release = { namespace: "mesh", chart: "x", repository: "oci://example.test", version: "1.2.3" };
const stack = parseStack(
  {
    resource: {
      helm_release: { base: { ...release, name: "base" }, istiod: { ...release, name: "istiod" } },
    },
  },
  "/stack",
);

test.each([
  "installation failed: cannot re-use a name that is still in use",
  "upgrade failed: another operation (install/upgrade/rollback) is in progress",
])("'%s' is followed by the commands that clear the release", (said) => {
  const [line = "", ...others] = interruptedBefore([`helm_release.istiod: ${said}`], () => stack);
  expect(others).toEqual([]);
  expect(line).toContain("release istiod in namespace mesh was left halfway");
  expect(line).toContain("pending-install with: helm uninstall istiod --namespace mesh --wait");
  expect(line).toContain("pending-upgrade with: helm rollback istiod --namespace mesh --wait");
});

test("another failure is not taken for an interruption", () => {
  expect(interruptedBefore(["helm_release.istiod: context deadline exceeded"], () => stack)).toEqual([]);
});
