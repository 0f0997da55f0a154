import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { HelmDeployment } from "../../../rehearsal/deploy/helm-deployment";
import { FakeCluster } from "../../support/kubernetes/fake-cluster";

const folder = mkdtempSync(join(tmpdir(), "istio-cdktf-helm-deployment-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const stackFolder = join(folder, "stack");
const logs = join(folder, "logs");
mkdirSync(stackFolder);
mkdirSync(logs);
const base = {
  name: "base",
  namespace: "mesh",
  chart: "base",
  repository: "oci://example.test",
  version: "1.2.3",
};
writeFileSync(
  join(stackFolder, "cdk.tf.json"),
  JSON.stringify({ resource: { helm_release: { base } }, output: { istio_version: { value: "1.2.3" } } }),
);

function deploymentTo(cluster: FakeCluster): HelmDeployment {
  const { programs, run } = cluster.options({});
  return new HelmDeployment({ programs, run, stackFolder, kubeconfigPath: "/kubeconfig", logs });
}

const never = new AbortController().signal;

test("a rehearsal deploys, sees no changes, has the outputs and takes everything away", async () => {
  const cluster = new FakeCluster();
  const deployment = deploymentTo(cluster);
  const { detail, log } = await deployment.apply(never);
  expect(detail).toBe("1 releases");
  expect(readFileSync(log ?? "", "utf8")).toMatch(/started release base\n.*done release base\n$/);
  expect(JSON.parse(await deployment.outputs())).toMatchObject({ istio_version: { value: "1.2.3" } });
  expect((await deployment.planAgain()).detail).toBe("no changes");
  await deployment.destroy();
  expect(cluster.releases.size).toBe(0);
});

test("what it started keeps its own cache, not one in the home folder", async () => {
  const cluster = new FakeCluster();
  await deploymentTo(cluster).apply(never);
  const folders = cluster.calls.map(({ environment }) => environment?.["KUBECACHEDIR"]);
  expect(new Set(folders)).toEqual(new Set([join(folder, "kube-cache")]));
});

test("what a second plan would change fails the step", async () => {
  const cluster = new FakeCluster();
  const deployment = deploymentTo(cluster);
  await deployment.apply(never);
  cluster.releases.clear();
  await expect(deployment.planAgain()).rejects.toThrow(
    "a second plan wants changes: release base is not installed",
  );
});

test("a release that fails is the step's failure, and in its log", async () => {
  const cluster = new FakeCluster();
  cluster.broken.set("base", "Error: timed out waiting for the condition");
  const failure: unknown = await deploymentTo(cluster)
    .apply(never)
    .catch((error: unknown) => error);
  expect(failure).toMatchObject({ message: "release base: timed out waiting for the condition" });
  expect(readFileSync(join(logs, "helm-apply.log"), "utf8")).toContain("timed out waiting for the condition");
});
