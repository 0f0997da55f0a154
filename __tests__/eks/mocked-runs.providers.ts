import { afterAll, describe, expect, test } from "vitest";
import type { StackJson } from "../support/stacks/aks-cluster-stack";
import { awsEnvironment, awsProd, clusterStack, meshStack, nlbGateway } from "../support/stacks/eks-stacks";
import {
  addressIn,
  mockedResults,
  type MockedRun,
  type MockedWorkspace,
  mockedWorkspace,
} from "../support/terraform/mocked-runs";

// Terraform starts a provider of hundreds of megabytes for each of these.
const options = { timeout: 240_000 };

function prepared(name: string, stack: StackJson): MockedWorkspace | undefined {
  const workspace = mockedWorkspace(stack);
  if ("missing" in workspace) {
    console.warn(`skipped: no providers for ${name}: ${workspace.missing}`);
    return undefined;
  }
  afterAll(workspace.remove);
  return workspace;
}

/** Expects that every run goes as it should. */
function expectAll(
  workspace: MockedWorkspace | undefined,
  stack: StackJson,
  runs: Record<string, MockedRun>,
) {
  if (workspace === undefined) throw new Error("no workspace");
  const { passed, output } = mockedResults(workspace, stack, runs);
  expect(passed, output).toEqual(Object.keys(runs).sort());
}

const cluster = prepared("aws-prod-cluster", clusterStack(awsProd()));
const mesh = prepared("aws-prod-mesh", meshStack(awsProd()));

const loadBalancer = "k8s-1234.elb.eu-central-1.amazonaws.com";

interface Running {
  /** Scheme of the gateway's load balancer. @default there is no Service */
  readonly scheme?: string;
  /** Version and owner of istiod. @default there is none */
  readonly istiod?: { readonly version: string; readonly owner: string };
  /** Base64 of the CA's certificate. @default the certificate is not issued */
  readonly ca?: string;
}

function hasCertificate(stack: StackJson): boolean {
  return Object.keys(stack.data["kubernetes_resources"] ?? {}).some((name) => name.includes("requests"));
}

/** What a mesh stack on AWS reads, with these things in the cluster. */
function reads(stack: StackJson, { scheme, istiod, ca }: Running): Record<string, object> {
  const service = {
    metadata: { annotations: { "service.beta.kubernetes.io/aws-load-balancer-scheme": scheme } },
  };
  const deployment = {
    metadata: {
      labels: {
        "app.kubernetes.io/version": istiod?.version,
        "istio-cdktf.dev/environment": istiod?.owner,
      },
    },
  };
  const request = { status: { ca } };
  const listed = (part: string, present: boolean, item: object) =>
    [addressIn(stack, "data.kubernetes_resources", part), { objects: present ? [item] : [] }] as const;
  return Object.fromEntries([
    [
      addressIn(stack, "data.aws_eks_cluster"),
      { certificate_authority: [{ data: "" }], vpc_config: [{ vpc_id: "vpc-1" }] },
    ],
    [
      addressIn(stack, "data.kubernetes_service_v1"),
      { status: [{ load_balancer: [{ ingress: [{ hostname: loadBalancer, ip: "" }] }] }] },
    ],
    [addressIn(stack, "data.helm_template"), { crds: ["kind: CustomResourceDefinition"] }],
    listed("guard", scheme !== undefined, service),
    listed("istiod", istiod !== undefined, deployment),
    ...(hasCertificate(stack) ? [listed("requests", ca !== undefined, request)] : []),
  ]);
}

describe.skipIf(mesh === undefined)(
  "the mesh stack of aws-prod, with AWS and the cluster made up",
  options,
  () => {
    const stack = meshStack(awsProd());
    const guard = addressIn(stack, "data.kubernetes_resources", "guard");
    const istio = addressIn(stack, "data.kubernetes_resources", "istiod");
    const own = { version: "1.31.0", owner: "aws-prod" };
    const plan = (running: Running, refusedBy: readonly string[] = []): MockedRun => ({
      command: "plan",
      reads: reads(stack, running),
      refusedBy,
    });

    test("is applied to a new cluster, and its outputs are the load balancer's", () =>
      expectAll(mesh, stack, {
        new_cluster: {
          command: "apply",
          reads: reads(stack, { ca: "Q0E=" }),
          holds: [
            'output.cluster_name == "aws-prod"',
            `output.gateway_hostname == "${loadBalancer}"`,
            `output.gateway_address == "${loadBalancer}"`,
            'output.gateway_ip == ""',
            'output.gateway_https_port == "443"',
            'output.gateway_ca == "CA"',
            `output.healthz_url == "https://${loadBalancer}/healthz"`,
            'output.healthz_host == "mesh.prod.test"',
          ],
        },
      }));

    test("goes on with what is its own, and stops before a load balancer is published or an Istio is taken", () =>
      expectAll(mesh, stack, {
        its_own: plan({ scheme: "internet-facing", istiod: own }),
        internal_would_be_published: plan({ scheme: "internal", istiod: own }, [guard]),
        another_environments_istio: plan({ istiod: { ...own, owner: "aws-test" } }, [istio]),
        an_istio_too_old: plan({ istiod: { ...own, version: "1.29.0" } }, [istio]),
      }));

    test("stops an apply whose certificate is not issued", () =>
      expectAll(mesh, stack, {
        not_issued: {
          command: "apply",
          reads: reads(stack, {}),
          refusedBy: [addressIn(stack, "data.kubernetes_resources", "requests")],
        },
      }));

    test("a refusal that does not come is a failure, so that the cases above mean something", () => {
      if (mesh === undefined) throw new Error("no workspace");
      const runs = { refused: plan({ scheme: "internet-facing" }, [guard]) };
      expect(mockedResults(mesh, stack, runs).passed).toEqual([]);
    });

    test("lets a load balancer be replaced where the file allows it, in either direction", () => {
      const schemes = ["internal", "internet-facing"] as const;
      for (const [scheme, other] of [schemes, [...schemes].reverse()]) {
        const of = (exposure: object) => meshStack(awsEnvironment({ gateways: [nlbGateway(exposure)] }));
        const kept = of({ scheme });
        const refusedBy = [addressIn(kept, "data.kubernetes_resources", "guard")];
        const replaced = of({ scheme, replaceExisting: true });
        const running = { scheme: other ?? "" };
        expectAll(mesh, kept, { kept: { command: "plan", reads: reads(kept, running), refusedBy } });
        expectAll(mesh, replaced, { replaced: { command: "plan", reads: reads(replaced, running) } });
      }
    });

    test("adopts the Istio that runs, of its own minor version", () => {
      const adopting = meshStack(
        awsEnvironment({
          mesh: { istioVersion: "1.31.1", management: "adopt" },
          gateways: [nlbGateway()],
        }),
      );
      const refusedBy = [addressIn(adopting, "data.kubernetes_resources", "istiod")];
      const adopt = (running: Running) => ({ command: "plan", reads: reads(adopting, running) }) as const;
      expectAll(mesh, adopting, {
        none_to_adopt: { ...adopt({}), refusedBy },
        of_another_version: { ...adopt({ istiod: { version: "1.30.1", owner: "" } }), refusedBy },
        to_adopt: adopt({ istiod: { version: "1.31.0", owner: "" } }),
      });
    });

    test("leads the names of a zone to the load balancer, which has the addresses that the stack allocates", () => {
      const named = meshStack(
        awsEnvironment({
          gateways: [
            nlbGateway(
              { scheme: "internet-facing", addresses: { kind: "allocate" } },
              {
                tls: { issuer: "private-ca", hosts: ["shop.example.com", "*.shop.example.com"] },
                dns: { kind: "route53", zoneId: "Z0123456789ABC" },
              },
            ),
          ],
          certManager: { issuers: [{ kind: "self-signed-ca", name: "private-ca" }] },
        }),
      );
      const record = (part: string) => addressIn(named, "aws_route53_record", part);
      const zone = addressIn(named, "data.aws_lb_hosted_zone_id");
      const values = `${addressIn(named, "helm_release", "gateway_release")}.values[0]`;
      const addresses = Object.keys(named.resource["aws_eip"] ?? {}).map((name) => `aws_eip.${name}`);
      expect(addresses).toHaveLength(3);
      expectAll(mesh, named, {
        named: {
          command: "apply",
          reads: reads(named, { ca: "Q0E=" }),
          holds: [
            ...["record-shop", "record-any"].flatMap((part) => [
              `${record(part)}.alias[0].name == "${loadBalancer}"`,
              `${record(part)}.alias[0].zone_id == ${zone}.id`,
            ]),
            ...addresses.map((address) => `strcontains(${values}, ${address}.allocation_id)`),
            'output.healthz_url == "https://shop.example.com/healthz"',
          ],
        },
      });
    });
  },
);

describe.skipIf(cluster === undefined)("the cluster stack of aws-prod, with AWS made up", options, () => {
  const stack = clusterStack(awsProd());
  const addOns = Object.keys(stack.data["aws_eks_addon_version"] ?? {}).map((name) => [
    `data.aws_eks_addon_version.${name}`,
    { version: "v1.0.0-eksbuild.1" },
  ]);
  const zones = ["eu-central-1a", "eu-central-1b", "eu-central-1c"];
  const made: Record<string, object> = {
    ...(Object.fromEntries(addOns) as Record<string, object>),
    [addressIn(stack, "data.aws_partition")]: { partition: "aws" },
    [addressIn(stack, "data.aws_caller_identity")]: { account_id: "111122223333" },
    [addressIn(stack, "data.aws_eks_clusters")]: { names: [] },
  };
  const inRegion = (names: readonly string[], refusedBy: readonly string[] = []): MockedRun => ({
    command: "plan",
    reads: { ...made, [addressIn(stack, "data.aws_availability_zones")]: { names } },
    refusedBy,
  });
  /** A plan with a cluster that runs with those ranges. */
  const running = (services: string, vpc: string, refusedBy: readonly string[] = []): MockedRun => ({
    command: "plan",
    reads: {
      ...inRegion(zones).reads,
      [addressIn(stack, "data.aws_eks_clusters")]: { names: ["aws-prod"] },
      [addressIn(stack, "data.aws_eks_cluster")]: {
        kubernetes_network_config: [{ service_ipv4_cidr: services }],
        vpc_config: [{ vpc_id: "vpc-1" }],
      },
      [addressIn(stack, "data.aws_vpc")]: { cidr_block: vpc },
    },
    refusedBy,
  });
  const guarded = [addressIn(stack, "aws_eks_cluster")];

  test("stops before a change replaces the cluster or its network", () =>
    expectAll(cluster, stack, {
      as_the_file_says: running("172.20.0.0/16", "10.0.0.0/16"),
      with_other_services: running("172.21.0.0/16", "10.0.0.0/16", guarded),
      with_another_network: running("172.20.0.0/16", "10.1.0.0/16", guarded),
    }));

  test("stops in a region with fewer zones than the file asks for", () =>
    expectAll(cluster, stack, {
      enough_zones: inRegion(zones),
      too_few_zones: inRegion(["eu-central-1a", "eu-central-1b"], [addressIn(stack, "aws_vpc")]),
    }));
});

const existing = clusterStack(
  awsEnvironment({
    target: {
      network: {
        kind: "existing",
        vpcId: "vpc-0a1b",
        privateSubnetIds: ["subnet-0a", "subnet-0b"],
        publicSubnetIds: ["subnet-0c"],
      },
    },
    gateways: [nlbGateway({ scheme: "internet-facing" })],
  }),
);
const inExisting = prepared("aws-test-cluster in a VPC that exists", existing);

describe.skipIf(inExisting === undefined)("the cluster stack in a VPC that exists", options, () => {
  const vpc = {
    enable_dns_support: true,
    enable_dns_hostnames: true,
    cidr_block_associations: [{ cidr_block: "10.0.0.0/16" }],
  };
  const subnet = (zone: string) => ({
    vpc_id: "vpc-0a1b",
    availability_zone: `eu-central-1${zone}`,
    available_ip_address_count: 4000,
    tags: { "kubernetes.io/role/elb": "1" },
  });
  const guarded = [addressIn(existing, "aws_eks_cluster")];
  const plan = (different: Record<string, object> = {}, clusters: readonly string[] = []): MockedRun => {
    const found = {
      vpc,
      "subnet-0a": subnet("a"),
      "subnet-0b": subnet("b"),
      "subnet-0c": subnet("a"),
      ...different,
    };
    const { vpc: itself, ...subnets } = found;
    return {
      command: "plan",
      reads: {
        ...Object.fromEntries(
          Object.keys(existing.data["aws_eks_addon_version"] ?? {}).map((name) => [
            `data.aws_eks_addon_version.${name}`,
            { version: "v1.0.0-eksbuild.1" },
          ]),
        ),
        ...Object.fromEntries(
          Object.entries(subnets).map(([id, values]) => [addressIn(existing, "data.aws_subnet", id), values]),
        ),
        [addressIn(existing, "data.aws_vpc")]: itself,
        [addressIn(existing, "data.aws_partition")]: { partition: "aws" },
        [addressIn(existing, "data.aws_caller_identity")]: { account_id: "111122223333" },
        [addressIn(existing, "data.aws_eks_clusters")]: { names: clusters },
        [addressIn(existing, "data.aws_eks_cluster")]: {
          kubernetes_network_config: [{ service_ipv4_cidr: "172.20.0.0/16" }],
          vpc_config: [{ vpc_id: "vpc-0a1b" }],
        },
      },
      // A refusal that is not expected fails the run, and one that is expected and does not come, too.
      refusedBy: Object.keys(different).length > 0 && clusters.length === 0 ? guarded : [],
    };
  };
  const full = { ...subnet("a"), available_ip_address_count: 10 };

  test("stops at plan where the network does not suit", () =>
    expectAll(inExisting, existing, {
      suits: plan(),
      overlapping_services: plan({
        vpc: { ...vpc, cidr_block_associations: [{ cidr_block: "172.16.0.0/12" }] },
      }),
      two_subnets_in_a_zone: plan({ "subnet-0b": subnet("a") }),
      a_subnet_elsewhere: plan({ "subnet-0a": { ...subnet("a"), vpc_id: "vpc-0" } }),
      too_few_addresses: plan({ "subnet-0a": full }),
      addresses_taken_by_what_runs: plan({ "subnet-0a": full }, ["aws-test"]),
      a_public_subnet_without_its_tag: plan({ "subnet-0c": { ...subnet("a"), tags: {} } }),
    }));
});
