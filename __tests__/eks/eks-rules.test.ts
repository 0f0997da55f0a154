import { describe, expect, test } from "vitest";
import { architectureOf, capacityOf } from "../../config/ec2-instance-type";
import { aws, wordingOf, warningWordingOf } from "../support/environments/environment-files";

/** The smallest valid file, with lines added to `target`. */
function withTarget(lines: string): string {
  return aws.replace(/( *kubernetesVersion: .*\n)/, `$1${lines.replace(/^/gm, "  ")}\n`);
}

function withGateway(exposure: string, more = ""): string {
  return `${aws}gateways:\n  - name: web\n    exposure: ${exposure}\n${more}`;
}

test("the smallest file for AWS is valid, and the shipped one but for its example range", () => {
  expect(wordingOf(aws)).toBe("");
});

describe("network", () => {
  test("zones must fit into the range", () => {
    const network = (zones: number) =>
      withTarget(`network: { cidr: 10.0.0.0/16, zones: ${zones}, privateSubnetPrefixLength: 18 }`);
    expect(wordingOf(network(4))).toContain(
      "target.network.zones: a /18 and a /24 subnet in each zone are 66560 addresses, and 10.0.0.0/16 has 65536, got 4",
    );
    expect(wordingOf(network(3))).toBe("");
  });

  test("a zone's subnet must hold the pods of all its nodes", () => {
    const nodes = (maxNodes: number) =>
      withTarget(`network: { cidr: 10.0.0.0/21 }\nnodeGroups: [{ name: default, maxNodes: ${maxNodes} }]`);
    expect(wordingOf(nodes(60))).toMatch(
      /target\.network\.cidr: with all nodes running, a zone's nodes and pods take 810 addresses, and its \/24 has 235 left/,
    );
    expect(wordingOf(nodes(60))).toContain("give the private subnets a /22, or lower maxNodes");
    expect(wordingOf(nodes(10))).toBe("");
  });

  test("a range must be one that a VPC can have", () => {
    expect(wordingOf(withTarget("network: { cidr: 10.0.0.0/15 }"))).toContain("choose a /16");
    expect(wordingOf(withTarget("network: { cidr: 10.1.2.3/16 }"))).toContain("write 10.1.0.0/16");
    expect(wordingOf(withTarget("network: { cidr: 10.1.0.0/16 }"))).toBe("");
  });

  test("Services stay apart from the VPC", () => {
    const services = (cidr: string) => withTarget(`controlPlane: { serviceCidr: ${cidr} }`);
    expect(wordingOf(services("10.0.64.0/20"))).toContain("apart from the VPC's, which is 10.0.0.0/16");
    expect(wordingOf(services("100.64.0.0/16"))).toContain("choose 172.20.0.0/16");
    expect(wordingOf(services("10.100.0.0/16"))).toBe("");
  });

  test("zones that are named are different ones of the region", () => {
    const named = (names: string) => withTarget(`network: { zones: 2, zoneNames: [${names}] }`);
    expect(wordingOf(named("eu-central-1a"))).toContain("zoneNames");
    expect(wordingOf(named("eu-central-1a, eu-west-1b"))).toContain("different zones of eu-central-1");
    expect(wordingOf(named("eu-central-1a, eu-central-1a"))).toContain("name each zone once");
    expect(wordingOf(named("eu-central-1a, eu-central-1b, eu-central-1c"))).toContain("set zones to 3");
    expect(wordingOf(named("eu-central-1a, eu-central-1b"))).toBe("");
  });
});

describe("node groups", () => {
  const group = (keys: string) => withTarget(`nodeGroups: [{ name: default, ${keys} }]`);

  test("instance types must run the image", () => {
    expect(wordingOf(group("instanceTypes: [m7i.large, m7g.large]"))).toContain(
      'target.nodeGroups[0].instanceTypes[1]: amiType AL2023_x86_64_STANDARD runs on x86_64, got "m7g.large", which is arm64; choose one such as m7i.large, or set amiType to AL2023_ARM_64_STANDARD',
    );
    expect(wordingOf(group("amiType: BOTTLEROCKET_ARM_64, instanceTypes: [t3.large]"))).toContain(
      "or set amiType to BOTTLEROCKET_x86_64",
    );
    expect(wordingOf(group("amiType: BOTTLEROCKET_ARM_64, instanceTypes: [m7g.large, c7gd.xlarge]"))).toBe(
      "",
    );
  });

  test("architectures are read from the names", () => {
    expect(["m7g.large", "im4gn.xlarge", "x2gd.large", "t4g.small", "a1.large"].map(architectureOf)).toEqual(
      Array(5).fill("arm64"),
    );
    expect(["m7i-flex.large", "g5.xlarge", "i4i.large", "trn1.2xlarge"].map(architectureOf)).toEqual(
      Array(4).fill("x86_64"),
    );
    expect(architectureOf("u-6tb1.metal")).toBeUndefined();
  });

  test("capacities are AWS' own", () => {
    expect(capacityOf("m7i.xlarge")).toEqual({ vcpus: 4, memoryGiB: 16, addresses: 60 });
    expect(capacityOf("c6gn.4xlarge")).toEqual({ vcpus: 16, memoryGiB: 32, addresses: 240 });
    expect(capacityOf("t3.medium")).toEqual({ vcpus: 2, memoryGiB: 4, addresses: 18 });
    expect(capacityOf("i4i.large")).toBeUndefined();
  });

  test("they must hold what the mesh itself requests", () => {
    const small = group("instanceTypes: [t3.small], minNodes: 2, maxNodes: 2");
    expect(wordingOf(small)).toMatch(
      /target\.nodeGroups: the mesh and the cluster's own pods request \d+m CPU and \d+Mi memory, got 2 nodes with/,
    );
    expect(wordingOf(small)).toContain("set mesh.size to small");
    expect(wordingOf(group("instanceTypes: [m7i.large], minNodes: 2"))).toBe("");
    expect(wordingOf(group("instanceTypes: [u-6tb1.metal], minNodes: 1"))).toBe("");
  });

  test("numbers of nodes are in order", () => {
    expect(wordingOf(group("minNodes: 7"))).toContain("at most maxNodes, which is 6");
    expect(wordingOf(group("desiredNodes: 9"))).toContain("between minNodes, 3, and maxNodes, 6");
    expect(wordingOf(group("desiredNodes: 4"))).toBe("");
  });

  test("zones are those of the network", () => {
    expect(wordingOf(group("zones: [3, 4]"))).toContain("target.nodeGroups[0].zones[1]: 1 to 3");
    expect(wordingOf(group("zones: [2, 3]"))).toBe("");
  });

  test("names are unique and leave room for what EKS adds", () => {
    expect(wordingOf(withTarget("nodeGroups: [{ name: a }, { name: a }]"))).toContain("a name of its own");
    const long = withTarget(`nodeGroups: [{ name: ${"n".repeat(20)} }]`);
    expect(wordingOf(long, `environments/${"e".repeat(16)}.yaml`)).toContain("shorten it by 1");
    expect(wordingOf(long, `environments/${"e".repeat(15)}.yaml`)).toBe("");
  });

  test("one has no taints", () => {
    const taints = "taints: [{ key: dedicated, effect: NO_SCHEDULE }]";
    expect(wordingOf(group(taints))).toContain("leave one node group without taints");
    expect(wordingOf(withTarget(`nodeGroups: [{ name: a }, { name: b, ${taints} }]`))).toBe("");
  });
});

describe("access", () => {
  const access = (text: string) => withTarget(`controlPlane: { publicAccess: ${text} }`);

  test("everybody is let in by words, not by a range", () => {
    for (const range of ["0.0.0.0/0", "0.0.0.0/1", "64.0.0.0/7"]) {
      expect(wordingOf(access(`{ kind: restricted, cidrs: [${range}] }`))).toContain(
        "say it in words: publicAccess: { kind: open-to-the-internet }",
      );
    }
    expect(wordingOf(access("{ kind: restricted, cidrs: [81.2.69.0/24] }"))).toBe("");
    expect(wordingOf(access("{ kind: open-to-the-internet }"))).toBe("");
  });

  test("a range out of a book is only a warning", () => {
    const text = access("{ kind: restricted, cidrs: [203.0.113.0/24] }");
    expect(wordingOf(text)).toBe("");
    expect(warningWordingOf(text)).toContain("put yours here before you deploy");
    expect(warningWordingOf(access("{ kind: restricted, cidrs: [81.2.69.0/24] }"))).not.toContain(
      "put yours",
    );
  });

  test("somebody can install the mesh", () => {
    const entry = (more: string) =>
      withTarget(`controlPlane:
  creatorIsAdmin: false
  accessEntries: [{ principalArn: "arn:aws:iam::111122223333:role/a", policy: cluster-admin${more} }]`);
    expect(wordingOf(entry(", namespaces: [shop]"))).toContain("creatorIsAdmin is false");
    expect(wordingOf(entry(""))).toBe("");
  });

  test("a principal has one entry", () => {
    const entry = '{ principalArn: "arn:aws:iam::111122223333:role/a", policy: view }';
    const entries = (list: string) => withTarget(`controlPlane: { accessEntries: [${list}] }`);
    expect(wordingOf(entries(`${entry}, ${entry}`))).toContain("one entry for each principal");
    expect(wordingOf(entries(entry))).toBe("");
  });

  test("HashiCorp's runners need an API server that is open to them, and have a token for 15 minutes", () => {
    const on = (text: string, execution: string) =>
      `${text}backend: { kind: cloud, organization: example, execution: ${execution} }\n`;
    const open = access("{ kind: open-to-the-internet }");
    expect(wordingOf(on(aws, "remote"))).toContain("HashiCorp's runners have no fixed addresses");
    expect(wordingOf(on(open, "remote"))).toBe("");
    expect(warningWordingOf(on(open, "remote"))).toContain("a token of 15 minutes");
    expect(warningWordingOf(on(open, "agent"))).not.toContain("15 minutes");
    expect(wordingOf(on(aws, "agent"))).toBe("");
  });
});

describe("exposure", () => {
  test("Elastic IPs belong to an internet-facing load balancer, private addresses to an internal one", () => {
    expect(wordingOf(withGateway("{ kind: nlb, addresses: { kind: allocate } }"))).toContain(
      "addresses of kind allocate belong to scheme internet-facing, and scheme is internal",
    );
    const addresses = "{ kind: private, addresses: [10.0.0.9, 10.0.32.9, 10.0.64.9] }";
    expect(
      wordingOf(withGateway(`{ kind: nlb, scheme: internet-facing, addresses: ${addresses} }`)),
    ).toContain("belong to scheme internal");
    expect(wordingOf(withGateway(`{ kind: nlb, addresses: ${addresses} }`))).toBe("");
  });

  test("there is one address for each zone, in its subnet", () => {
    const given = (list: string) =>
      withGateway(`{ kind: nlb, addresses: { kind: private, addresses: [${list}] } }`);
    expect(wordingOf(given("10.0.0.9, 10.0.32.9"))).toContain("of which target.network has 3");
    expect(wordingOf(given("10.0.0.9, 10.0.32.9, 10.0.0.10"))).toContain("choose an address in another zone");
    expect(wordingOf(given("10.0.0.3, 10.0.32.9, 10.0.64.9"))).toContain("choose an address inside one");
  });

  test("there is one address for each of its own subnets, wherever they lie", () => {
    const given = (subnets: string) =>
      withGateway(
        `{ kind: nlb, subnetIds: [${subnets}], addresses: { kind: private, addresses: [10.9.0.9, 10.9.32.9] } }`,
      );
    expect(wordingOf(given("subnet-0a"))).toContain("of which exposure.subnetIds has 1");
    expect(wordingOf(given("subnet-0a, subnet-0b"))).toBe("");
  });

  test("environment and gateway name the load balancer", () => {
    const text = withGateway("{ kind: nlb }");
    expect(wordingOf(text, `environments/${"e".repeat(29)}.yaml`)).toContain("may have 32 characters");
    expect(wordingOf(text, `environments/${"e".repeat(28)}.yaml`)).toBe("");
  });

  test("ranges fit into a security group", () => {
    const ranges = (count: number) =>
      withGateway(
        `{ kind: nlb, allowedSourceRanges: [${Array.from({ length: count }, (_, i) => `81.2.${i}.0/24`).join(", ")}] }`,
      );
    expect(wordingOf(ranges(61))).toContain("merge ranges into 60 at most");
    expect(wordingOf(ranges(30))).toBe("");
  });

  test("records in Route 53 need a load balancer", () => {
    const certificate = `    tls: { issuer: ca, hosts: [shop.example.com] }
    dns: { kind: route53, zoneId: Z0123456789ABC }
certManager: { issuers: [{ kind: self-signed-ca, name: ca }] }
`;
    expect(wordingOf(withGateway("{ kind: nodeport }", certificate))).toContain("set exposure.kind to nlb");
    expect(wordingOf(withGateway("{ kind: nlb }", certificate))).toBe("");
  });
});

describe("names", () => {
  test("do not begin as AWS' own do", () => {
    expect(wordingOf(aws, "environments/sg-one.yaml")).toContain("AWS keeps sg-");
    expect(wordingOf(aws, "environments/internal.yaml")).toContain("AWS keeps internal-");
    expect(wordingOf(aws, "environments/sgone.yaml")).toBe("");
  });
});
