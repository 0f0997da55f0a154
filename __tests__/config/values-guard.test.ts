import { describe, expect, test } from "vitest";
import { parse as yaml } from "yaml";
import { guardedValuesOf, type GuardedChart } from "../../config/rules/values-guard";
import { exposure } from "../../config/gateway/exposure";
import { target } from "../../config/target/target";
import { annotationAdvice, serviceOf } from "../../exposures/exposures";
import { aws, azure, existing, wordingOf } from "../support/environments/environment-files";

/** A file with raw values of one chart, in YAML's flow style. */
const withValues: Readonly<Record<GuardedChart, (values: string) => string>> = {
  base: (values) => `${existing}  baseValues: ${values}\n`,
  istiod: (values) => `${existing}  istiod: { values: ${values} }\n`,
  cni: (values) => `${existing}  cni: { values: ${values} }\n`,
  ztunnel: (values) => `${existing}  ztunnel: { values: ${values} }\n`,
  gateway: (values) =>
    `${existing}gateways: [{ name: ingress, exposure: { kind: clusterip }, values: ${values} }]\n`,
  certManager: (values) => `${existing}certManager: { values: ${values} }\n`,
};

const charts = Object.keys(withValues) as GuardedChart[];

const all = charts.flatMap((chart) =>
  Object.entries(guardedValuesOf(chart)).map(([key, advice]) => ({ chart, key, advice })),
);

test.each(all)("$chart: $key is refused, and says what to do instead", ({ chart, key, advice }) => {
  const nested = key.split(".").reduceRight((value, step) => `{ ${step}: ${value} }`, "true");
  const messages = wordingOf(withValues[chart](nested));
  expect(messages).toContain(`${key} among the raw values; ${advice}`);
  // Its path is one the chart knows: a guard of a key that no chart has would guard nothing.
  expect(messages).not.toContain("ignores others without a word");
});

test.each([
  ["base", "{ global: { resourceScope: all } }"],
  ["istiod", "{ meshConfig: { defaultConfig: { holdApplicationUntilProxyStarts: true } }, env: { A: b } }"],
  ["istiod", "{ pilot: { traceSampling: 5 }, global: { proxy: { logLevel: info } } }"],
  ["cni", "{ cniBinDir: /usr/libexec/cni, resources: { requests: { cpu: 10m } } }"],
  ["ztunnel", "{ logLevel: debug, env: { L7_ENABLED: x }, nodeSelector: { pool: mesh } }"],
  ["gateway", "{ service: { annotations: { external-dns.alpha.kubernetes.io/hostname: a.example.com } } }"],
  ["gateway", "{ podAnnotations: { a: b }, labels: { team: web }, nodeSelector: { pool: edge } }"],
  ["certManager", "{ replicaCount: 3, webhook: { timeoutSeconds: 5 }, global: { logLevel: 4 } }"],
] as const)("%s takes what nothing depends on: %s", (chart, values) => {
  expect(wordingOf(withValues[chart](values))).toBe("");
});

describe("a value that a chart would ignore", () => {
  test.each([
    ["base", "{ defaultRevison: canary }", 'got "defaultRevison"; did you mean defaultRevision?'],
    [
      "istiod",
      "{ autoscaleMinimum: 3 }",
      "mesh.istiod.values.autoscaleMinimum: a value that the chart knows",
    ],
    [
      "istiod",
      "{ global: { proxi: {} } }",
      'below global; it ignores others without a word, got "proxi"; did you mean proxy?',
    ],
    ["istiod", "{ pilot: { traceSamplnig: 1 } }", "below pilot; it ignores others without a word"],
    ["cni", "{ cniBinDri: /bin }", "did you mean cniBinDir?"],
    ["gateway", "{ podLabels: { a: b } }", 'got "podLabels"'],
    ["certManager", "{ featureGate: x }", "did you mean featureGates?"],
  ] as const)("in %s is refused: %s", (chart, values, says) => {
    expect(wordingOf(withValues[chart](values))).toContain(says);
  });
});

test("the charts' internal keys are refused", () => {
  expect(wordingOf(withValues.istiod("{ _internal_defaults_do_not_set: { env: {} } }"))).toContain(
    "move what is below _internal_defaults_do_not_set up",
  );
  expect(wordingOf(withValues.gateway("{ defaults: { name: x } }"))).toContain(
    "move what is below defaults up",
  );
});

test("a guarded key is not taken away with its parent", () => {
  expect(wordingOf(withValues.gateway("{ service: null }"))).toContain(
    "gateways[0].values.service: service.type stays as the project sets it, got service among the raw values",
  );
  expect(wordingOf(withValues.istiod("{ meshConfig: [] }"))).toContain("mesh.istiod.values.meshConfig: ");
  expect(wordingOf(withValues.gateway("{ service: {} }"))).toBe("");
});

describe("an annotation of a gateway's Service", () => {
  const onto = (base: string, exposure: string, annotation: string) =>
    `${base}gateways: [{ name: ingress, exposure: ${exposure}, values: { service: { annotations: { "${annotation}": x } } } }]\n`;
  const nlb = (name: string) => onto(aws, "{ kind: nlb }", `service.beta.kubernetes.io/${name}`);
  const azureLb = (name: string) => onto(azure, "{ kind: azure-lb }", `service.beta.kubernetes.io/${name}`);
  const pool = "{ kind: metallb, pool: { kind: existing } }";

  test.each([
    [nlb("aws-load-balancer-scheme"), "set exposure.scheme"],
    [nlb("aws-load-balancer-attributes"), "set exposure.crossZone, exposure.deletionProtection or"],
    [nlb("aws-load-balancer-healthcheck-port"), "remove it: the load balancer reaches the gateway's pods"],
    [nlb("load-balancer-source-ranges"), "set exposure.allowedSourceRanges"],
    [azureLb("azure-load-balancer-internal"), "set exposure.scheme"],
    [azureLb("azure-allowed-service-tags"), "set exposure.allowedServiceTags"],
    [azureLb("port_443_health-probe_interval"), "set exposure.probe.intervalSeconds"],
    [azureLb("port_443_health-probe_port"), "remove it: every port is probed"],
    [onto(existing, pool, "metallb.universe.tf/loadBalancerIPs"), "set exposure.address"],
  ])("that follows from the exposure is refused, with the key that has it: %#", (text, advice) => {
    expect(wordingOf(text)).toContain(`annotations of load balancers follow from the gateway's exposure`);
    expect(wordingOf(text)).toContain(`; ${advice}`);
  });

  test.each([
    nlb("aws-load-balancer-additional-resource-tags"),
    nlb("aws-load-balancer-alpn-policy"),
    azureLb("azure-pip-tags"),
    azureLb("azure-load-balancer-tcp-idle-timeout"),
    onto(existing, pool, "metallb.io/allow-shared-ip"),
    onto(existing, pool, "constructor"),
  ])("that no key stands for is taken as it is: %#", (text) => expect(wordingOf(text)).toBe(""));

  test("of another kind of exposure would be ignored, and is refused", () => {
    const scheme = "service.beta.kubernetes.io/aws-load-balancer-scheme";
    expect(wordingOf(onto(aws, "{ kind: nodeport }", scheme))).toContain(
      `and nodeport does not read this one, got "${scheme}"; remove it, or set exposure.kind to nlb`,
    );
    // A kind that the target does not offer would be refused in its turn.
    expect(wordingOf(onto(existing, pool, scheme))).toMatch(
      /and metallb does not read this one, got "[^"]+"; remove it$/,
    );
  });

  test("that the project sets itself is always among those that are refused", () => {
    const context = {
      environmentName: "lab",
      gatewayName: "ingress",
      target: target.parse(yaml(azure).target),
      ports: [80, 443],
      tlsPorts: [443],
      loadBalancer: { securityGroupId: "sg-1", allocationIds: ["eipalloc-1"] },
      drainSeconds: 60,
    };
    const exposures = [
      { kind: "nlb", scheme: "internet-facing", addresses: { kind: "allocate" } },
      { kind: "nlb", addresses: { kind: "private", addresses: ["10.0.0.9", "10.0.32.9"] } },
      { kind: "nlb", tls: { certificateArns: ["arn:aws:acm:eu-central-1:111122223333:certificate/a"] } },
      {
        kind: "azure-lb",
        privateAddress: "10.0.0.9",
        subnetName: "edge",
        allowedServiceTags: ["AzureFrontDoor.Backend"],
        allowedSourceRanges: ["198.51.100.0/24"],
        probe: { intervalSeconds: 10, failures: 3 },
      },
      { kind: "nlb", subnetIds: ["subnet-0a"] },
      { kind: "azure-lb", scheme: "public", staticAddress: true },
      { kind: "azure-lb", scheme: "public", dnsLabel: "shop" },
      { kind: "metallb", pool: { kind: "install", addresses: ["10.0.0.0/28"] }, address: "10.0.0.1" },
    ].map((each) => exposure.parse(each));
    const set = exposures.flatMap((each) =>
      Object.keys(serviceOf(each, context).annotations ?? {}).map((key) => ({ kind: each.kind, key })),
    );
    expect(set.length).toBeGreaterThan(15);
    expect(set.filter(({ kind, key }) => annotationAdvice(kind, key) === undefined)).toEqual([]);
  });
});

test("annotations by which a load balancer is made follow from the exposure", () => {
  const annotation = "service.beta.kubernetes.io/aws-load-balancer-scheme";
  expect(
    wordingOf(withValues.gateway(`{ service: { annotations: { ${annotation}: internal } } }`)),
  ).toContain(
    `gateways[0].values.service.annotations["${annotation}"]: annotations of load balancers follow`,
  );
});
