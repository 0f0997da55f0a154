import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { NoAnswer, splitDifference } from "../../gitops/drift/cluster-side";
import { comparableText, lastingObjects } from "../../gitops/drift/comparable";
import { agrees, compare } from "../../gitops/drift/compare";
import { driftText } from "../../gitops/drift/report";
import { CommandError } from "../../rehearsal/namespace/run-command";

const policy = `---
# Source: manifests/templates/manifests.yaml
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: { name: default, namespace: istio-system }
spec: { mtls: { mode: STRICT } }
`;
const webhook = `---
kind: ValidatingWebhookConfiguration
metadata: { name: istio-validator }
webhooks:
  - name: a
    failurePolicy: Ignore
    clientConfig: { caBundle: generated-at-install, service: { name: istiod } }
`;
const hook = `---
kind: Job
metadata: { name: check, annotations: { helm.sh/hook: post-install } }
`;

/** kubectl and helm of a cluster with one release. */
function programs({ kept = policy, status = "deployed", diff = "", error = "" }) {
  const inputs: string[] = [];
  const run = async (command: string, args: readonly string[], options: { input?: string } = {}) => {
    if (command === "helm" && args.includes("list")) {
      return JSON.stringify([
        { name: "policies", namespace: "istio-system", status, chart: "manifests-1.0.0" },
      ]);
    }
    if (command === "helm") return kept;
    inputs.push(options.input ?? "");
    const code = error === "" ? 1 : 2;
    if (diff !== "" || error !== "")
      throw new CommandError(command, args, code, { stdout: diff, stderr: error });
    return "";
  };
  return { inputs, value: { kubectl: "kubectl", helm: "helm", run, environment: {}, context: "lab" } };
}
const rendering = {
  files: [{ position: 1, name: "policies", namespace: "istio-system", text: `# comment\n${policy}${hook}` }],
  unresolved: [],
  failures: [],
};
const wanted = [{ name: "policies", namespace: "istio-system", chart: "manifests-1.0.0" }];
const difference = `diff -u -N /tmp/LIVE-1/apps.v1.Deployment.ns.name /tmp/MERGED-2/apps.v1.Deployment.ns.name
--- /tmp/LIVE-1/apps.v1.Deployment.ns.name\t2026
+++ /tmp/MERGED-2/apps.v1.Deployment.ns.name\t2026
@@ -1,2 +1,2 @@
-  replicas: 3
+  replicas: 1
diff -u -N /tmp/LIVE-1/v1.Service.ns.gone /tmp/MERGED-2/v1.Service.ns.gone
--- /tmp/LIVE-1/v1.Service.ns.gone\t2026
+++ /tmp/MERGED-2/v1.Service.ns.gone\t2026
@@ -0,0 +1 @@
+kind: Service
`;

describe("an object is compared", () => {
  test("as Helm gave it, where nothing of it differs from cluster to cluster", () => {
    const [document] = lastingObjects(policy);
    if (document === undefined) throw new Error("no object");
    expect(`---${comparableText(document)}`).toBe(policy);
  });

  test("without what istiod writes into it", () => {
    const [document] = lastingObjects(webhook);
    if (document === undefined) throw new Error("no object");
    expect(parse(comparableText(document))).toMatchObject({
      webhooks: [{ name: "a", clientConfig: { service: { name: "istiod" } } }],
    });
    expect(comparableText(document)).not.toMatch(/caBundle|failurePolicy/);
    expect(webhook).toMatch(/failurePolicy[^]*caBundle/);
  });

  test("unless it is a hook, which goes when it has run", () => {
    expect(lastingObjects(`${policy}${hook}`).map(({ object }) => object.kind)).toEqual([
      "PeerAuthentication",
    ]);
  });
});

test("kubectl's difference is told apart object by object, and a missing one is known", () => {
  expect(splitDifference(difference)).toEqual([
    {
      object: "apps.v1.Deployment.ns.name",
      isMissing: false,
      lines: ["@@ -1,2 +1,2 @@", "-  replicas: 3", "+  replicas: 1"],
    },
    { object: "v1.Service.ns.gone", isMissing: true, lines: ["@@ -0,0 +1 @@", "+kind: Service"] },
  ]);
});

describe("a cluster", () => {
  test("that has what the file says agrees", async () => {
    const { inputs, value } = programs({});
    const compared = await compare(rendering, wanted, value);
    expect(compared.every(agrees)).toBe(true);
    expect(inputs).toHaveLength(1);
    expect(driftText("lab", compared, false)).toBe("lab: the cluster has what the file says, 1 objects.\n");
  });

  test("that differs is shown with what it has and what it has not", async () => {
    const extra = policy.replace("default", "extra");
    const compared = await compare(
      rendering,
      wanted,
      programs({ diff: difference, kept: policy + extra }).value,
    );
    expect(compared.some(agrees)).toBe(false);
    const text = driftText("lab", compared, false);
    expect(text).toContain("Deployment.ns.name differs");
    expect(text).toContain("  -  replicas: 3\n");
    expect(text).toContain("Service.ns.gone is missing");
    expect(text).toContain("PeerAuthentication istio-system/extra is not in the file");
    expect(text).toContain("of 1 objects 1 differ and 1 are missing; 1 are not in the file");
    expect(driftText("lab", compared, true)).not.toContain("replicas");
  });

  test.each([
    ["stuck", { status: "pending-install" }, "its release is pending-install"],
    ["refused", { error: "no matches for kind" }, "no matches for kind"],
  ])("whose release is %s is told so", async (_, cluster, problem) => {
    const [release] = await compare(rendering, wanted, programs(cluster).value);
    expect(release).toMatchObject({ problem });
  });

  test("whose release is of another version is told both", async () => {
    const other = wanted.map((each) => ({ ...each, chart: "manifests-2.0.0" }));
    const [release] = await compare(rendering, other, programs({}).value);
    expect(release?.problem).toBe(
      "its release is of chart manifests-1.0.0, and the file says manifests-2.0.0",
    );
  });

  test("that does not answer is no cluster that differs", async () => {
    const { value } = programs({ error: "dial tcp 127.0.0.1:1: connect: connection refused" });
    await expect(compare(rendering, wanted, value)).rejects.toThrow(NoAnswer);
  });
});
