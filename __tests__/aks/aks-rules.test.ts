import { describe, expect, test } from "vitest";
import { azure, existing, wordingOf, warningWordingOf } from "../support/environments/environment-files";

const files = "environments/azure-prod.yaml";

/** The smallest valid file, with lines added to `target`. */
function withTarget(lines: string): string {
  return azure.replace(/( *kubernetesVersion: .*\n)/, `$1${lines.replace(/^/gm, "  ")}\n`);
}

function messages(text: string): string {
  return wordingOf(text, files);
}

const gateway = (exposure: string, more = "") => `gateways:
  - name: web
    exposure: ${exposure}
${more}`;

test("the smallest file for Azure is valid", () => {
  expect(messages(azure)).toBe("");
});

describe("names", () => {
  test("an environment's name must fit the cluster's DNS prefix", () => {
    expect(wordingOf(azure, `environments/${"a".repeat(54)}.yaml`)).toBe("");
    expect(wordingOf(azure, `environments/${"a".repeat(55)}.yaml`)).toContain("may have 54 characters");
    expect(wordingOf(existing, `environments/${"a".repeat(55)}.yaml`)).not.toContain("DNS prefix");
  });

  test("a static address has a name that Azure takes", () => {
    const text = azure + gateway("{ kind: azure-lb, scheme: public, staticAddress: true }");
    expect(wordingOf(text, `environments/${"a".repeat(54)}.yaml`)).toBe("");
    const long = text.replace("name: web", `name: ${"w".repeat(30)}`);
    expect(wordingOf(long, `environments/${"a".repeat(54)}.yaml`)).toContain("Azure takes 80 characters");
  });

  test("a DNS label is not used twice", () => {
    const exposure = "{ kind: azure-lb, scheme: public, dnsLabel: shop-prod }";
    const text = `${azure}gateways:
  - { name: one, exposure: ${exposure} }
  - { name: two, exposure: ${exposure} }
`;
    expect(messages(text)).toContain("gateways[1].exposure.dnsLabel: a label is unique in its location");
    expect(messages(text.replace("shop-prod", "shop-one"))).toBe("");
  });
});

describe("address ranges", () => {
  test("pods, Services and nodes must not overlap", () => {
    expect(messages(withTarget("network: { podCidr: 10.0.128.0/17 }"))).toContain(
      "target.network.podCidr: nodes, pods and Services need ranges apart from each other, and cidr is 10.0.0.0/16",
    );
    expect(messages(withTarget("network: { serviceCidr: 10.244.8.0/24 }"))).toContain(
      "podCidr is 10.244.0.0/16",
    );
    expect(messages(withTarget("network: { podCidr: 10.128.0.0/16 }"))).toBe("");
  });

  test("the subnet lies in the virtual network", () => {
    expect(messages(withTarget("network: { subnetCidr: 10.9.0.0/20 }"))).toContain(
      "choose a range inside 10.0.0.0/16",
    );
    expect(messages(withTarget("network: { subnetCidr: 10.0.16.0/20 }"))).toBe("");
  });

  test("the subnet and the pods' range have room for every node, those of an upgrade included", () => {
    // 5 + 10 nodes and a third of each more.
    expect(messages(withTarget("network: { subnetCidr: 10.0.0.0/28 }"))).toContain("21 nodes");
    expect(messages(withTarget("network: { subnetCidr: 10.0.0.0/26 }"))).toBe("");
    expect(messages(withTarget("network: { podCidr: 10.244.0.0/20 }"))).toContain("choose a /19 or larger");
    expect(messages(withTarget("network: { podCidr: 10.244.0.0/19 }"))).toBe("");
  });

  test("a load balancer has no more addresses than AKS takes, and the advice fits", () => {
    const network = (portsPerNode: number) =>
      withTarget(
        `network: { podCidr: 10.128.0.0/9, subnetCidr: 10.0.0.0/17, outbound: { kind: load-balancer, portsPerNode: ${portsPerNode} } }\nuserNodePools: [{ name: mesh, maxCount: 900 }]`,
      );
    expect(messages(network(32_000))).toContain("AKS takes 100 addresses, and 1207 nodes");
    const advised = Number(/set it to ([0-9]+) or less/.exec(messages(network(32_000)))?.[1]);
    expect(advised).toBeGreaterThan(4000);
    expect(messages(network(advised))).toBe("");
  });

  test("of a network that exists only the cluster's own ranges are known here", () => {
    const id = `/subscriptions/33333333-3333-4333-8333-333333333333/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/v/subnets/s`;
    const network = (more: string) => withTarget(`network: { kind: existing, subnetId: ${id}${more} }`);
    expect(messages(network(""))).toBe("");
    expect(messages(network(", podCidr: 172.20.0.0/16"))).toContain("podCidr is 172.20.0.0/16");
    expect(messages(network(", cidr: 10.0.0.0/16"))).toContain("cidr");
    expect(messages(network("").replace("/subnets/s", ""))).toContain("an id such as /subscriptions/");
  });

  test("a private DNS zone is that of the cluster's location", () => {
    const zone = (location: string) =>
      withTarget(
        `apiServer: { kind: private, privateDnsZoneId: /subscriptions/33333333-3333-4333-8333-333333333333/resourceGroups/rg/providers/Microsoft.Network/privateDnsZones/privatelink.${location}.azmk8s.io }`,
      );
    expect(messages(zone("northeurope"))).toContain("name privatelink.westeurope.azmk8s.io");
    expect(messages(zone("westeurope"))).toBe("");
  });

  test("AKS' own ranges are left alone", () => {
    expect(messages(withTarget("network: { serviceCidr: 172.31.0.0/16 }"))).toContain(
      "outside 172.31.0.0/16",
    );
    expect(messages(withTarget("network: { serviceCidr: 172.16.0.0/8 }"))).toContain(
      "a range from /13 to /27",
    );
    expect(messages(withTarget("network: { serviceCidr: 10.128.0.0/12 }"))).toContain(
      "a range from /13 to /27",
    );
    expect(messages(withTarget("network: { serviceCidr: 10.128.0.0/13 }"))).toBe("");
  });

  test("a range is written by its first address", () => {
    expect(messages(withTarget("network: { cidr: 10.0.7.0/16 }"))).toContain("write 10.0.0.0/16");
  });
});

describe("node pools", () => {
  test("the system pool has nodes enough and large enough", () => {
    expect(messages(withTarget("systemNodePool: { minCount: 2 }"))).toContain("3 nodes or more");
    expect(messages(withTarget("systemNodePool: { vmSize: Standard_D2ds_v5 }"))).toContain("4 vCPUs");
    expect(messages(withTarget("systemNodePool: { vmSize: Standard_B4ms }"))).toContain(
      "do not run on credit",
    );
    expect(messages(withTarget("systemNodePool: { vmSize: Standard_E8-4ads_v5 }"))).toBe("");
  });

  test("one node is enough for a small environment", () => {
    const small = withTarget("systemNodePool: { minCount: 1 }").replace("mesh:", "mesh:\n  size: small");
    expect(messages(small)).toBe("");
  });

  test("an ephemeral disk needs a size with a disk", () => {
    expect(messages(withTarget("systemNodePool: { vmSize: Standard_D4s_v5 }"))).toContain(
      "choose Standard_D4ds_v5, or osDisk: { kind: managed }",
    );
    expect(
      messages(withTarget("systemNodePool: { vmSize: Standard_D4s_v5, osDisk: { kind: managed } }")),
    ).toBe("");
  });

  test("fewest is not more than most", () => {
    expect(messages(withTarget("userNodePools: [{ name: mesh, minCount: 5, maxCount: 4 }]"))).toContain(
      "at most maxCount, which is 4",
    );
  });

  test("names are unique, and short enough to be rotated", () => {
    expect(messages(withTarget("userNodePools: [{ name: mesh }, { name: mesh }]"))).toContain(
      "rename this pool",
    );
    expect(messages(withTarget("userNodePools: [{ name: system }]"))).toContain(
      "the system pool is called system",
    );
    expect(messages(withTarget("userNodePools: [{ name: averylongname }]"))).toContain("1 to 9 lower-case");
  });

  test("no pool has the name of another's temporary pool, which azurerm would take over and delete", () => {
    expect(messages(withTarget("userNodePools: [{ name: edge }, { name: edgetmp }]"))).toContain(
      "target.userNodePools[1].name: azurerm makes a pool of that name for a while when pool edge changes",
    );
    expect(messages(withTarget("userNodePools: [{ name: systemtmp }]"))).toContain(
      "when pool system changes",
    );
    expect(messages(withTarget("userNodePools: [{ name: edge }, { name: tmp }, { name: othertmp }]"))).toBe(
      "",
    );
  });

  test("the system pool turns no pods away without a user pool", () => {
    const pools = "userNodePools: []";
    expect(messages(withTarget(`systemNodePool: { dedicated: true }\n${pools}`))).toContain(
      "target.systemNodePool.dedicated: without a user pool the system pool runs everything",
    );
    expect(messages(withTarget("systemNodePool: { dedicated: true }"))).toBe("");
  });

  test("labels are such as Kubernetes takes, and not AKS' own", () => {
    const labels = (text: string) =>
      messages(withTarget(`userNodePools: [{ name: mesh, labels: {${text}} }]`));
    expect(labels("'a b': c")).toContain("target.userNodePools[0].labels");
    expect(labels("a: 'b c'")).toContain("target.userNodePools[0].labels");
    expect(labels("kubernetes.azure.com/mode: x")).toContain("are kept for the cluster");
    expect(labels("kubernetes.io/role: x")).toContain("are kept for the cluster");
    expect(labels("node.kubernetes.io/x: y")).toBe("");
    expect(labels("example.com/role: edge, tier: ''")).toBe("");
  });

  test("some pool takes pods without tolerations", () => {
    expect(messages(withTarget("userNodePools: [{ name: edge, taints: ['a=b:NoSchedule'] }]"))).toContain(
      "leave one user pool without taints",
    );
    expect(
      messages(withTarget("userNodePools: [{ name: edge, taints: ['a=b:NoSchedule'] }, { name: mesh }]")),
    ).toBe("");
  });

  test("production without a user pool is told what it misses", () => {
    expect(warningWordingOf(withTarget("userNodePools: []"), files)).toContain("add a user node pool");
  });
});

describe("the data plane", () => {
  test("Cilium's options are refused on Azure's own", () => {
    expect(messages(withTarget("network: { dataPlane: { kind: azure, observability: true } }"))).toContain(
      "target.network.dataPlane.observability",
    );
    expect(messages(withTarget("network: { dataPlane: { kind: cilium, observability: true } }"))).toBe("");
  });

  test("Cilium takes no other policy engine", () => {
    expect(messages(withTarget("network: { dataPlane: { kind: cilium, networkPolicy: calico } }"))).toContain(
      "target.network.dataPlane.networkPolicy",
    );
    expect(messages(withTarget("network: { dataPlane: { kind: azure, networkPolicy: azure } }"))).toBe("");
  });
});

describe("exposure", () => {
  test("of another cloud is refused", () => {
    expect(messages(azure + gateway("{ kind: nlb }"))).toContain("target azure offers azure-lb");
    expect(messages(azure + gateway("{ kind: azure-lb }"))).toBe("");
  });

  test("only a public load balancer has a static public address or a DNS label", () => {
    const text = azure + gateway("{ kind: azure-lb, staticAddress: true, dnsLabel: shop-prod }");
    expect(messages(text)).toContain("exposure.staticAddress: only scheme public");
    expect(messages(text)).toContain("exposure.dnsLabel: only scheme public");
    expect(messages(text.replace("azure-lb,", "azure-lb, scheme: public,"))).toBe("");
  });

  test("a private address is one of the subnet that Azure hands out", () => {
    const at = (address: string) =>
      messages(azure + gateway(`{ kind: azure-lb, privateAddress: ${address} }`));
    expect(at("10.0.15.250")).toBe("");
    expect(at("10.0.0.3")).toContain("but for its first four and its last");
    expect(at("10.0.16.1")).toContain("10.0.0.0/20");
    const onPublic = gateway("{ kind: azure-lb, scheme: public, privateAddress: 10.0.15.250 }");
    expect(messages(azure + onPublic)).toContain("only scheme internal");
  });

  test("a subnet of its own has only an internal load balancer, with any address in it", () => {
    const text = azure + gateway("{ kind: azure-lb, scheme: public, subnetName: edge }");
    expect(messages(text)).toContain("exposure.subnetName: only scheme internal has an address in a subnet");
    expect(messages(text.replace("public", "internal, privateAddress: 10.9.0.7"))).toBe("");
  });

  test("of a cloud is not offered by a cluster that exists already", () => {
    const text = existing + gateway("{ kind: azure-lb, scheme: public, staticAddress: true }");
    expect(wordingOf(text)).toContain("target existing offers");
    expect(wordingOf(existing + gateway("{ kind: nodeport }"))).toBe("");
  });
});

describe("DNS", () => {
  const issuers = `certManager:
  issuers: [{ kind: self-signed-ca, name: prod-ca }]
`;
  const dns = (host: string, kind = "azure-dns, zoneName: example.com, resourceGroupName: rg-dns") =>
    azure +
    gateway(
      "{ kind: azure-lb }",
      `    tls: { issuer: prod-ca, hosts: [${host}] }\n    dns: { kind: ${kind} }\n`,
    ) +
    issuers;

  test("records are made for hosts of the zone", () => {
    expect(messages(dns("shop.example.com"))).toBe("");
    expect(messages(dns("example.com"))).toBe("");
    expect(messages(dns("shop.example.org"))).toContain("choose a name below example.com");
    expect(messages(dns("badexample.com"))).toContain("choose a name below example.com");
  });

  test("records of another cloud are refused", () => {
    expect(messages(dns("shop.example.com", "route53, zoneId: Z0123456789"))).toContain(
      "set it to azure-dns",
    );
  });

  test("an issuer signs in by the cloud that the cluster runs in", () => {
    const issuer = (provider: string) => `certManager:
  issuers:
    - kind: acme
      name: letsencrypt
      email: ops@example.com
      solver: { kind: dns01, provider: { kind: ${provider} } }
`;
    const azureDns = "azure-dns, zoneName: example.com, resourceGroupName: rg-dns";
    expect(messages(azure + issuer(azureDns))).toBe("");
    expect(messages(azure + issuer("route53"))).toContain("an EKS cluster's role");
    expect(wordingOf(existing + issuer(azureDns))).toContain("an AKS cluster's workload identity");
  });
});

describe("what Azure takes", () => {
  test("as a tag", () => {
    expect(messages(withTarget("tags: { 'a<b': c }"))).toContain("target.tags");
    expect(messages(withTarget(`tags: { azure-owner: c }`))).toContain("target.tags");
    expect(messages(withTarget(`tags: { a: ${"b".repeat(257)} }`))).toContain("target.tags.a");
    expect(messages(withTarget("tags: { 'cost center': '4711 / x' }"))).toBe("");
  });

  test("as an offset from UTC", () => {
    const offset = (text: string) => messages(withTarget(`maintenanceWindow: { utcOffset: "${text}" }`));
    expect(offset("-14:00")).toContain("target.maintenanceWindow.utcOffset");
    expect(offset("+14:30")).toContain("target.maintenanceWindow.utcOffset");
    for (const taken of ["-12:00", "+14:00", "+05:45"]) expect(offset(taken)).toBe("");
  });

  test("each zone and each administrator once, however its letters are written", () => {
    expect(messages(withTarget('zones: ["1", "1"]'))).toContain("target.zones[1]");
    const id = "abcdef01-1111-4111-8111-111111111111";
    expect(messages(withTarget(`adminObjectIds: [${id}, ${id.toUpperCase()}]`))).toContain(
      "target.adminObjectIds[1]",
    );
    expect(messages(withTarget(`adminObjectIds: [${id}]`))).toBe("");
  });
});

describe("where Terraform runs", () => {
  const cloud = (execution: string) =>
    `${azure}backend: { kind: cloud, organization: acme, execution: ${execution} }\n`;

  test("HashiCorp's own runners cannot sign in without kubelogin", () => {
    expect(messages(cloud("remote"))).toContain("have no kubelogin");
    expect(messages(cloud("agent"))).toBe("");
    expect(messages(cloud("local"))).toBe("");
  });

  test("a range of clients begins at its first address and is not the whole internet", () => {
    const ranges = (range: string) =>
      messages(withTarget(`apiServer: { kind: restricted, authorizedRanges: [${range}] }`));
    expect(ranges("93.184.216.7/24")).toContain("write 93.184.216.0/24");
    expect(ranges("0.0.0.0/0")).toContain("set apiServer.kind to open-to-the-internet");
    expect(ranges("93.184.216.0/24")).toBe("");
  });

  test("a range out of a document is called one", () => {
    const ranges = (range: string) =>
      warningWordingOf(withTarget(`apiServer: { kind: restricted, authorizedRanges: [${range}] }`), files);
    expect(ranges("203.0.113.0/24")).toContain("documentation only");
    expect(ranges("93.184.216.0/24")).toBe("");
  });
});
