// node compare-injection.mjs <plain.yaml> <injected.yaml> <namespace>
//
// Asks the API server for a dry run of a Pod of every Deployment: a plain one, which istiod's webhook injects, and the
// one that is injected already, which the webhook leaves alone.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import { parseAllDocuments } from "yaml";

const [plainFile, injectedFile, namespace] = process.argv.slice(2);

/** Pods that the Deployments of a file would make, by the Deployments' names. */
function podsOf(file) {
  const objects = parseAllDocuments(readFileSync(file, "utf8")).map((document) => document.toJS());
  const deployments = objects.filter((object) => object?.kind === "Deployment");
  return new Map(
    deployments.map(({ metadata, spec: { template } }) => {
      const controller = { apiVersion: "apps/v1", kind: "ReplicaSet", name: `${metadata.name}-66b6f5d6bc` };
      const ownerReferences = [{ ...controller, uid: "00000000-0000-4000-8000-000000000001", controller: true }];
      // The webhook finds the Deployment's name by the hash that its ReplicaSet has.
      const labels = { ...template.metadata.labels, "pod-template-hash": "66b6f5d6bc" };
      // Those of Bookinfo are not in the namespace.
      const pod = { apiVersion: "v1", kind: "Pod", spec: { ...template.spec, serviceAccountName: "default" } };
      const generateName = `${metadata.name}-66b6f5d6bc-`;
      const ofPod = { ...template.metadata, generateName, namespace, labels, ownerReferences };
      return [metadata.name, { ...pod, metadata: ofPod }];
    }),
  );
}

/** The pod as the API server would keep it. */
function asKept(pod) {
  const args = ["create", "--dry-run=server", "--output", "json", "--filename", "-"];
  const { metadata, spec } = JSON.parse(execFileSync("kubectl", args, { input: JSON.stringify(pod), encoding: "utf8" }));
  const { name: byChance, uid, creationTimestamp, managedFields, ...kept } = metadata;
  // The volume with the API server's token gets a name by chance.
  const tokens = (spec.volumes ?? []).flatMap(({ name }) => (/^kube-api-access-/.test(name) ? [name] : []));
  const text = tokens.reduce((each, name) => each.replaceAll(name, "kube-api-access"), JSON.stringify(spec));
  return { metadata: kept, spec: JSON.parse(text) };
}

function differences(one, other, path = "") {
  if (isDeepStrictEqual(one, other)) return [];
  const isTree = (value) => typeof value === "object" && value !== null;
  if (!isTree(one) || !isTree(other)) return [`${path}: webhook ${JSON.stringify(one)}, inject ${JSON.stringify(other)}`];
  const keys = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...keys].flatMap((key) => differences(one[key], other[key], `${path}.${key}`));
}

const injected = podsOf(injectedFile);
let different = 0;
for (const [name, plain] of podsOf(plainFile)) {
  const byWebhook = asKept(plain);
  const containers = [...byWebhook.spec.containers, ...(byWebhook.spec.initContainers ?? [])];
  if (!containers.some((container) => container.name === "istio-proxy")) {
    throw new Error(`the webhook injected nothing into ${name}`);
  }
  const found = differences(byWebhook, asKept(injected.get(name)));
  different += found.length;
  console.log(`${name}: ${found.length === 0 ? "equal" : `\n  ${found.join("\n  ")}`}`);
}
process.exitCode = different === 0 ? 0 : 1;
