import { afterAll, describe, expect, test } from "vitest";
import type { StackJson } from "../aks/cluster-stack";
import type { Workspace } from "../aks/terraform";
import { awsWorkspace, previousAwsVersion, withAwsVersion } from "./aws-workspace";
import { awsEnvironment, awsProd, clusterStack, meshStack, nlbGateway, only } from "./eks-stacks";

const tls = { issuer: "acme", hosts: ["shop.example.com", "*.shop.example.com"] };
const dns = { kind: "route53", zoneId: "Z0123456789ABC" };

/** Every option at once, but deletion protection: provider 5 does not know it. */
const everything = awsEnvironment({
  target: {
    accountId: "111122223333",
    network: {
      zones: 2,
      zoneNames: ["eu-central-1a", "eu-central-1b"],
      privateSubnetPrefixLength: 20,
      publicSubnetPrefixLength: 26,
      nat: "single",
    },
    controlPlane: {
      publicAccess: { kind: "open-to-the-internet" },
      accessEntries: [
        { principalArn: "arn:aws:iam::111122223333:role/platform", policy: "cluster-admin" },
        { principalArn: "arn:aws:iam::111122223333:role/shop", policy: "view", namespaces: ["shop"] },
      ],
      creatorIsAdmin: false,
      upgradePolicy: "extended",
      webhookPorts: [8443],
    },
    nodeGroups: [
      {
        name: "system",
        amiType: "BOTTLEROCKET_x86_64",
        instanceTypes: ["m7i.large"],
        desiredNodes: 3,
        releaseVersion: "1.50.0-abc",
      },
      {
        name: "spot",
        capacity: "spot",
        zones: [1],
        labels: { pool: "spot" },
        taints: [{ key: "spot", effect: "NO_SCHEDULE" }],
      },
    ],
    addOns: { vpcCni: "most-recent", coredns: "v1.12.4-eksbuild.1" },
    tags: { team: "platform" },
  },
  gateways: [
    nlbGateway(
      {
        scheme: "internet-facing",
        addresses: { kind: "allocate" },
        accessLogs: { bucket: "example-logs" },
        allowedSourceRanges: ["198.51.100.0/24"],
      },
      { tls, dns },
    ),
  ],
  certManager: {
    issuers: [
      {
        kind: "acme",
        name: "acme",
        email: "ops@example.com",
        solver: { kind: "dns01", provider: { kind: "route53" } },
      },
    ],
  },
  backend: { kind: "cloud", organization: "example", execution: "remote" },
});

function prepared(name: string, stack: StackJson): Workspace | undefined {
  const workspace = awsWorkspace(stack);
  if ("run" in workspace) {
    afterAll(workspace.remove);
    return workspace;
  }
  console.warn(`skipped: no providers for ${name}: ${workspace.missing}`);
  return undefined;
}

function expectValid(workspace: Workspace | undefined, stack: StackJson) {
  workspace?.write(stack);
  const result = workspace?.run("validate", "-json");
  expect(JSON.parse(result?.stdout ?? "{}")).toMatchObject({ valid: true, error_count: 0, warning_count: 0 });
}

const pinned = only({ aws: clusterStack(awsProd()).terraform["required_providers"]["aws"] as object });
const pinnedVersion = (pinned as { version: string }).version;

// The schema of this provider is so large that a single validation takes seconds.
const timeout = 120_000;

describe.each([pinnedVersion, previousAwsVersion])(
  "with provider %s and no other change",
  { timeout },
  (version) => {
    const clusterOf = (environment: typeof everything) => withAwsVersion(clusterStack(environment), version);
    const meshOf = (environment: typeof everything) => withAwsVersion(meshStack(environment), version);
    const cluster = prepared(`aws-prod-cluster with aws ${version}`, clusterOf(awsProd()));
    const mesh = prepared(`aws-prod-mesh with aws ${version}`, meshOf(awsProd()));

    test.skipIf(cluster === undefined)("the cluster stack of aws-prod is valid", () =>
      expectValid(cluster, clusterOf(awsProd())),
    );

    test.skipIf(cluster === undefined)("every option of the cluster stack is valid", () =>
      expectValid(cluster, clusterOf(everything)),
    );

    test.skipIf(cluster === undefined)(
      "an argument that does not exist is not, so that this means something",
      () => {
        const broken = clusterOf(awsProd());
        for (const block of Object.values(broken.resource["aws_subnet"] ?? {})) block["no_such_argument"] = 1;
        cluster?.write(broken);
        expect(cluster?.run("validate", "-json").stdout).toContain("no_such_argument");
      },
    );

    test.skipIf(mesh === undefined)("the mesh stack of aws-prod is valid", () =>
      expectValid(mesh, meshOf(awsProd())),
    );

    test.skipIf(mesh === undefined)(
      "every option of the mesh stack is valid, the ephemeral token among them",
      () => expectValid(mesh, meshOf(everything)),
    );
  },
);
