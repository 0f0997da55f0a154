import { describe, expect, test } from "vitest";
import { aws, azure, existing, wordingOf } from "../support/environments/environment-files";
import { check, gateway, gateways, nodePort, onto } from "../support/environments/rule-cases";

describe("pods", () => {
  check(
    onto(existing, {
      "are at least no more than at most": [
        "  istiod: { replicas: { min: 3, max: 2 } }",
        "mesh.istiod.replicas.min: min is at most max, which is 2, got 3; lower min, or raise max to 3",
        "  istiod: { replicas: { min: 3, max: 3 } }",
      ],
      "of gateways, too": [
        gateways(gateway(nodePort, "replicas: { min: 9, max: 2 }")),
        "gateways[0].replicas.min",
        gateways(gateway(nodePort, "replicas: { min: 2, max: 9 }")),
      ],
      "request no more CPU than their limit": [
        '  istiod: { resources: { requests: { cpu: "2" }, limits: { cpu: 500m } } }',
        "mesh.istiod.resources.requests.cpu: a request is at most its limit, which is 500m",
        '  istiod: { resources: { requests: { cpu: 500m }, limits: { cpu: "0.5" } } }',
      ],
      "request no more memory than their limit": [
        "  proxyResources: { requests: { memory: 1Gi }, limits: { memory: 1000Mi } }",
        "mesh.proxyResources.requests.memory",
        "  proxyResources: { requests: { memory: 1Gi }, limits: { memory: 1024Mi } }",
      ],
    }),
  );
});

describe("where Terraform runs and keeps its state", () => {
  const cloud = (execution: string) =>
    `backend: { kind: cloud, organization: acme, execution: ${execution} }`;
  const host = existing.replace(
    "{ kind: kubeconfig, context: lab }",
    "{ kind: host, host: 'https://10.0.0.1:6443', clusterCaCertificatePath: ca.pem, exec: { command: step } }",
  );
  check([
    ...onto(existing, {
      "hosted runners have no kubeconfig": [
        cloud("remote"),
        "target.connection needs the kubeconfig file ~/.kube/config, which HashiCorp's runners do not have",
        cloud("agent"),
      ],
      "state is not kept where synthesis cleans": [
        "backend: { kind: local, directory: ./cdktf.out/state }",
        "a folder outside cdktf.out",
        "backend: { kind: local, directory: state }",
      ],
      "state is kept inside the project": [
        "backend: { kind: local, directory: ../state }",
        "a folder inside the project",
        "backend: { kind: local, directory: ..state }",
      ],
      "a key in a bucket is relative": [
        "backend: { kind: s3, bucket: state, region: eu-central-1, keyPrefix: /mesh/ }",
        "backend.keyPrefix: a prefix such as mesh/",
        "backend: { kind: s3, bucket: state, region: eu-central-1, keyPrefix: mesh/ }",
      ],
      "a key in a bucket is not too long": [
        `backend: { kind: s3, bucket: state, region: eu-central-1, keyPrefix: ${"k".repeat(1020)} }`,
        "backend.keyPrefix: the state's key may have 1024 characters",
        `backend: { kind: s3, bucket: state, region: eu-central-1, keyPrefix: ${"k".repeat(1000)} }`,
      ],
    }),
    ...onto(host, {
      "hosted runners have no credential program": [
        cloud("remote"),
        "needs the program step and the file ca.pem",
        cloud("local"),
      ],
    }),
  ]);
});

describe("an environment's name leaves room for", () => {
  const named = (length: number, text: string) => wordingOf(text, `environments/${"e".repeat(length)}.yaml`);

  test("the roles of an EKS cluster, and its node groups", () => {
    expect(named(40, aws)).toContain("the load balancer controller's IAM role may have 64 characters");
    expect(named(40, aws)).toContain("shorten it by 1: rename the file");
    expect(named(39, aws)).not.toContain("IAM role");
    expect(named(28, aws)).toBe("");
  });

  test("the DNS prefix of the AKS cluster, the tightest of its names", () => {
    expect(named(70, azure)).toContain("DNS prefix may have 54 characters");
    expect(named(40, azure)).toBe("");
  });

  test("the workspaces of HCP Terraform", () => {
    const text = `${existing}backend: { kind: cloud, organization: acme, execution: agent }\n`;
    expect(named(86, text)).toContain('the HCP Terraform workspace may have 90 characters, got "eee');
    expect(named(86, text)).toContain("shorten it by 1: rename the file");
    expect(named(85, text)).toBe("");
  });
});

describe("a format of access logs of one's own", () => {
  const format = (accessLogs: string, text: string) =>
    `  accessLogs: ${accessLogs}\n  istiod: { values: { meshConfig: { accessLogFormat: ${text} } } }`;
  const json = `'{"path": "%REQ(:PATH)%"}'`;
  const words = "'[%START_TIME%] %REQ(:PATH)%'";
  check(
    onto(existing, {
      "is JSON where the logs are": [
        format("json", words),
        "mesh.istiod.values.meshConfig.accessLogFormat: with mesh.accessLogs: json a format is a JSON object",
        format("json", json),
      ],
      "is JSON by default": [
        `  istiod: { values: { meshConfig: { accessLogFormat: ${words} } } }`,
        "set mesh.accessLogs to text, or write the format as JSON",
        format("text", words),
      ],
      "is no list of JSON": [
        format("json", `'["a"]'`),
        "a format is a JSON object",
        format("text", `'["a"]'`),
      ],
      "is nothing where nothing is logged": [
        format("off", words),
        "set mesh.accessLogs to text or json, or remove the format",
        format("text", words),
      ],
      "is a text, not a mapping": [
        format("json", '{ path: "%REQ(:PATH)%" }'),
        "a text, also where it holds JSON, got a mapping; write it in quotes, as JSON",
        format("json", json),
      ],
    }),
  );
});

describe("what an adopted installation would ignore", () => {
  check(
    onto(existing, {
      "settings of istiod": [
        "  management: adopt\n  istiod: { replicas: { min: 2, max: 2 } }",
        "mesh.istiod.replicas: mesh.management is not install",
        "  management: install\n  istiod: { replicas: { min: 2, max: 2 } }",
      ],
      "values of the CNI agent": [
        "  management: adopt\n  cni: { values: { cniBinDir: /bin } }",
        "mesh.cni.values",
        "  management: adopt",
      ],
      "values of cert-manager": [
        "certManager: { management: adopt, values: { maxConcurrentChallenges: 5 } }",
        "certManager.values: certManager.management is not install",
        "certManager: { values: { maxConcurrentChallenges: 5 } }",
      ],
    }),
  );
});

describe("what a chart repeats as it is", () => {
  const named = (name: string) =>
    existing.replace("kind: existing", `kind: existing\n  clusterName: ${JSON.stringify(name)}`);
  const tagged = (tags: string) => aws.replace("kind: aws", `kind: aws\n  tags: ${tags}`);

  test.each(['a"\n    - name: X', "a: b", "lab-${file('/etc/hostname')}", "{{ .Values }}", "", "-a", "ä"])(
    "is no cluster's name like %j",
    (name) => {
      expect(wordingOf(named(name))).toContain("target.clusterName: letters, digits and ._:/@-");
    },
  );

  test.each(["kvm-1", "arn:aws:eks:eu-central-1:111122223333:cluster/a", "gke_p_z_c", "admin@lab"])(
    "may be a cluster's name like %s",
    (name) => expect(wordingOf(named(name))).toBe(""),
  );

  test.each(["{ a: 'b,c=d' }", '{ a: "b: c" }', '{ a: "b:" }', `{ a: 'b"' }`, "{ a: 'b #c' }"])(
    "is no tag's value like %s",
    (tags) => expect(wordingOf(tagged(tags))).toContain("target.tags.a: up to 256 letters"),
  );

  test.each(["{ 'a=b': c }", "{ 'a,b': c }", "{ aws:x: c }", `{ ${"k".repeat(129)}: c }`])(
    "is no tag like %s",
    (tags) => expect(wordingOf(tagged(tags))).toMatch(/: a tag of 1 to 128 .*got the key .*; rename the key/),
  );

  test("may be a tag with everything that AWS takes", () => {
    expect(wordingOf(tagged('{ "Cost Centre/ä:1": "a=b +c@d.e_f-g:h" }'))).toBe("");
  });
});
