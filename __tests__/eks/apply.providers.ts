import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { createServer } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { StackJson } from "../aks/cluster-stack";
import { awsWorkspace, previousAwsVersion, withAwsVersion } from "./aws-workspace";
import { EksApi } from "./eks-api";
import { awsProd, clusterStack } from "./eks-stacks";

// moto has the network, the roles, the keys and the logs; the API of EKS is a stand-in of the tests' own.
const moto = process.env["MOTO_SERVER"] ?? "moto_server";
const hasMoto = spawnSync(moto, ["--help"]).status === 0;
if (!hasMoto)
  console.warn("skipped: moto is not there (pip install 'moto[server]', or name it in MOTO_SERVER)");

const production = withAwsVersion(clusterStack(awsProd()), previousAwsVersion);
const workspace = hasMoto ? awsWorkspace(production) : undefined;
const terraform = workspace !== undefined && "run" in workspace ? workspace : undefined;
if (workspace !== undefined && "missing" in workspace) {
  console.warn(`skipped: no providers for aws-prod-cluster: ${workspace.missing}`);
}

const emulated = ["ec2", "iam", "kms", "sts", "logs"];

/** The stack with its provider pointed at this machine. */
function pointedAt(stack: StackJson, emulator: string, eks: string): StackJson {
  const copy = structuredClone(stack);
  Object.assign(copy.provider["aws"]?.[0] ?? {}, {
    access_key: "test",
    secret_key: "test",
    skip_credentials_validation: true,
    skip_metadata_api_check: "true",
    endpoints: [{ ...Object.fromEntries(emulated.map((service) => [service, emulator])), eks }],
  });
  return copy;
}

interface PlanJson {
  readonly resource_changes: readonly {
    readonly type: string;
    readonly change: {
      readonly actions: readonly string[];
      readonly before: Record<string, unknown> | null;
      readonly after: Record<string, unknown> | null;
    };
  }[];
}

/** moto loses the description of a rule between groups, and lists the tags of a launch template with those it hands on. */
const forgottenByMoto = [
  "update aws_vpc_security_group_ingress_rule.description",
  "update aws_launch_template.tag_specifications",
  "update aws_launch_template.default_version",
  "update aws_launch_template.latest_version",
  "update aws_eks_node_group.launch_template",
];

/** What a plan would change, as `<action> <type>.<attribute>`. */
function changedAttributes(plan: PlanJson): string[] {
  const changes = plan.resource_changes.filter(({ change }) => !change.actions.includes("no-op"));
  return changes.flatMap(({ type, change: { actions, before, after } }) => {
    const keys = new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})]);
    const differing = [...keys].filter(
      (key) => JSON.stringify(before?.[key]) !== JSON.stringify(after?.[key]),
    );
    return differing.map((key) => `${actions.join(" and ")} ${type}.${key}`);
  });
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}

/** Polls until the emulator answers. */
async function answering(url: string, deadline = Date.now() + 60_000): Promise<void> {
  for (;;) {
    const there = await fetch(url).then(
      () => true,
      () => false,
    );
    if (there) return;
    if (Date.now() > deadline) throw new Error(`${url} does not answer`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

async function firstVpc(emulator: string): Promise<string> {
  const parameters = "Action=DescribeVpcs&Version=2016-11-15&Filter.1.Name=cidr&Filter.1.Value.1=10.0.0.0/16";
  const authorization =
    "AWS4-HMAC-SHA256 Credential=test/20260101/eu-central-1/ec2/aws4_request, SignedHeaders=host, Signature=0";
  const response = await fetch(emulator, {
    method: "POST",
    headers: { authorization, "content-type": "application/x-www-form-urlencoded" },
    body: parameters,
  });
  return /<vpcId>([^<]+)</.exec(await response.text())?.[1] ?? "vpc-unknown";
}

describe.skipIf(terraform === undefined)("aws-prod-cluster on an emulator", { timeout: 600_000 }, () => {
  let server: ChildProcess | undefined;
  let emulator = "";
  const eks = new EksApi(() => firstVpc(emulator));

  beforeAll(async () => {
    const port = await freePort();
    emulator = `http://127.0.0.1:${port}`;
    server = spawn(moto, ["-H", "127.0.0.1", "-p", String(port)], {
      stdio: "ignore",
      env: { ...process.env, MOTO_IAM_LOAD_MANAGED_POLICIES: "true" },
    });
    await answering(`${emulator}/moto-api/`);
    terraform?.write(pointedAt(production, emulator, await eks.listen()));
  }, 90_000);

  afterAll(() => {
    server?.kill();
    eks.close();
    terraform?.remove();
  });

  /** Runs Terraform without blocking: the API of EKS answers from this very process. */
  async function run(...args: string[]): Promise<{ status: number | null; output: string }> {
    if (terraform === undefined) throw new Error("no workspace");
    const child = terraform.start(...args);
    let output = "";
    child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (output += chunk.toString()));
    const status = await new Promise<number | null>((resolve) => child.on("close", resolve));
    return { status, output };
  }

  test("applies, has nothing to change but what moto forgets, and is destroyed in order", async () => {
    const applied = await run("apply", "-auto-approve", "-no-color", "-input=false");
    expect(applied.output).toContain("Apply complete!");
    expect(applied.output).toContain("kubeconfig_command");

    await run("plan", "-out=second.tfplan", "-input=false");
    const { output: plan } = await run("show", "-json", "second.tfplan");
    const changes = changedAttributes(JSON.parse(plan) as PlanJson);
    expect(changes.filter((change) => !forgottenByMoto.includes(change))).toEqual([]);

    const destroyed = await run("destroy", "-auto-approve", "-no-color", "-input=false");
    expect(destroyed.output).toContain("Destroy complete!");
    expect(eks.left).toEqual([]);
    const position = (change: RegExp) => eks.changes.findIndex((entry) => change.test(entry));
    const order = [
      position(/^DELETE .*\/addons\/coredns/),
      position(/^DELETE .*\/node-groups\//),
      position(/^DELETE .*\/addons\/vpc-cni/),
      position(/^DELETE clusters\/aws-prod$/),
    ];
    expect(order).toEqual([...order].sort((one, other) => one - other));
    expect(order[0]).toBeGreaterThan(0);
  });
});
