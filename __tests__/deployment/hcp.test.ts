import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { HcpClient } from "../../deployment/hcp/client";
import { type CloudBackend, type DesiredHcp, desiredHcp } from "../../deployment/hcp/desired";
import { reconcile, type ReconcileOptions } from "../../deployment/hcp/reconcile";
import { readHcpOutputs } from "../../smoke/outputs/hcp-outputs";
import { awsTrustPolicy, azureTrustCommands } from "../../deployment/hcp/trust";
import { HcpServer } from "../support/hcp/hcp-server";
import { newAuthority } from "../support/smoke/certificate-authority";
import { synthesizeMesh } from "../support/stacks/synthesize-mesh";
import { existing } from "../support/environments/environment-files";
import { isInstalled } from "../support/terraform/terraform-program";

const token = "s3cret-t0ken";
const home = mkdtempSync(join(tmpdir(), "istio-cdktf-hcp-"));
let server: HcpServer;
let environment: NodeJS.ProcessEnv;
let credentials: Awaited<ReturnType<Awaited<ReturnType<typeof newAuthority>>["issue"]>>;

beforeAll(async () => {
  const authority = await newAuthority("Test CA");
  credentials = await authority.issue({ name: "localhost" });
  writeFileSync(join(home, "ca.pem"), authority.pem);
});
beforeEach(async () => {
  server = new HcpServer("acme", token);
  await server.start(credentials);
  environment = {
    PATH: process.env["PATH"],
    HOME: home,
    SSL_CERT_FILE: join(home, "ca.pem"),
    CHECKPOINT_DISABLE: "1",
    TF_IN_AUTOMATION: "1",
    [`TF_TOKEN_${server.host}`]: token,
  };
  return () => server.close();
});
afterAll(() => {
  rmSync(home, { recursive: true });
});

const backend = (execution: CloudBackend["execution"]): CloudBackend => ({
  kind: "cloud",
  organization: "acme",
  hostname: server.host,
  project: "mesh",
  execution,
});

/** Brings about what an environment needs there; resolves to what was told, a line a thing. */
async function hcp(desired: DesiredHcp, options: Partial<ReconcileOptions> = {}): Promise<string[]> {
  const told: string[] = [];
  await reconcile(await HcpClient.of(server.host, environment), desired, {
    apply: true,
    onStep: ({ action, what }) => told.push(`${action} ${what}`),
    ...options,
  });
  return told;
}

/** The stack `lab-mesh` with nothing in it but what needs no cluster. */
function writeStack(execution: CloudBackend["execution"], greeting: string): string {
  const folder = join(home, execution);
  mkdirSync(folder, { recursive: true });
  const { hostname, organization } = backend(execution);
  const mesh = synthesizeMesh(
    `${existing}backend: { kind: cloud, organization: ${organization}, hostname: "${hostname}", execution: agent }\n`,
  );
  const { cloud } = mesh.json.terraform as unknown as { cloud: object };
  const stack = {
    terraform: { cloud },
    resource: { terraform_data: { greeting: { input: greeting } } },
    output: { greeting: { value: "${terraform_data.greeting.output}" } },
  };
  writeFileSync(join(folder, "cdk.tf.json"), JSON.stringify(stack));
  return folder;
}

function terraform(folder: string, ...args: string[]): Promise<{ status: number | null; said: string }> {
  const child = spawn("terraform", args, { cwd: folder, env: environment });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk: Buffer) => (said += chunk.toString()));
  }
  return new Promise((resolve) => child.once("close", (status) => resolve({ status, said })));
}

describe.skipIf(!isInstalled("terraform"))(
  "Terraform's own cloud block, in workspaces that npm run hcp made",
  () => {
    test.each(["local", "remote"] as const)(
      "execution %s: init, plan and apply, and outputs that smoke reads",
      async (execution) => {
        await hcp(desiredHcp({ name: "lab", target: { kind: "existing" } as never }, backend(execution), {}));
        const folder = writeStack(execution, "hello");
        const init = await terraform(folder, "init", "-input=false", "-no-color");
        expect(init.said).toContain("successfully initialized");
        server.requests.length = 0;
        const plan = await terraform(folder, "plan", "-input=false", "-no-color");
        expect(plan.said).toContain("1 to add");
        expect(server.requests.includes("POST runs")).toBe(execution === "remote");
        const apply = await terraform(folder, "apply", "-input=false", "-no-color", "-auto-approve");
        expect(apply.said).toContain("1 added");
        expect(apply.status).toBe(0);
        expect(await readHcpOutputs(`${server.host}/acme/lab-mesh`, environment)).toEqual({
          greeting: { value: "hello", sensitive: false },
        });
        const again = await terraform(folder, "plan", "-input=false", "-no-color");
        expect(again.said).toContain("No changes");
      },
    );
  },
);

const onAws = { name: "edge", target: { kind: "aws" } } as Parameters<typeof desiredHcp>[0];
const role = "arn:aws:iam::111122223333:role/runs";

describe("what an environment needs in HCP Terraform", () => {
  const wanted = [
    "make project mesh",
    "make workspace edge-cluster (execution remote)",
    "make variable TFC_AWS_PROVIDER_AUTH of edge-cluster = true",
    `make variable TFC_AWS_RUN_ROLE_ARN of edge-cluster = ${role}`,
    "make workspace edge-mesh (execution remote)",
    "make variable TFC_AWS_PROVIDER_AUTH of edge-mesh = true",
    `make variable TFC_AWS_RUN_ROLE_ARN of edge-mesh = ${role}`,
    "make run of edge-mesh after each apply of edge-cluster",
  ];
  const desired = () => desiredHcp(onAws, backend("remote"), { awsRunRole: role });
  const writes = () => server.requests.filter((line) => !line.startsWith("GET "));

  test("is told without --apply, and nothing is changed", async () => {
    expect(await hcp(desired(), { apply: false })).toEqual(wanted);
    expect(writes()).toEqual([]);
  });

  test("is made once, and kept by a second run", async () => {
    expect(await hcp(desired())).toEqual(wanted);
    const [cluster, mesh] = ["edge-cluster", "edge-mesh"].map((name) => server.workspaces.get(name));
    expect(cluster?.attributes).toMatchObject({ "execution-mode": "remote", "global-remote-state": false });
    expect(cluster?.relationships).toEqual({
      project: { data: { type: "projects", id: server.projects.get("mesh") } },
    });
    expect(mesh?.variables.map(({ attributes }) => attributes)).toContainEqual({
      key: "TFC_AWS_RUN_ROLE_ARN",
      value: role,
      category: "env",
      hcl: false,
      sensitive: false,
    });
    expect(mesh?.triggers).toMatchObject([{ relationships: { sourceable: { data: { id: cluster?.id } } } }]);
    expect(cluster?.triggers).toEqual([]);
    server.requests.length = 0;
    expect((await hcp(desired())).every((line) => line.startsWith("keep "))).toBe(true);
    expect(writes()).toEqual([]);
  });

  test("is changed where it differs: the execution mode of a workspace that Terraform made, a role, sharing", async () => {
    await hcp(desired());
    const mesh = server.workspaces.get("edge-mesh");
    Object.assign(mesh?.attributes ?? {}, { "execution-mode": "local", "global-remote-state": true });
    const other = desiredHcp(onAws, backend("remote"), { awsRunRole: `${role}-2` });
    const told = (await hcp(other)).filter((line) => !line.startsWith("keep "));
    expect(told).toEqual([
      `change variable TFC_AWS_RUN_ROLE_ARN of edge-cluster = ${role}-2`,
      "change workspace edge-mesh: execution local → remote, its state is shared with nobody",
      `change variable TFC_AWS_RUN_ROLE_ARN of edge-mesh = ${role}-2`,
    ]);
    expect(mesh?.attributes).toMatchObject({ "execution-mode": "remote", "global-remote-state": false });
    expect(mesh?.variables).toHaveLength(2);
  });

  test("with execution local is neither variables nor runs", async () => {
    expect(await hcp(desiredHcp(onAws, backend("local"), { awsRunRole: role }))).toEqual([
      "make project mesh",
      "make workspace edge-cluster (execution local)",
      "make workspace edge-mesh (execution local)",
    ]);
  });

  test("with execution agent is a pool: the only one, or the one that is named", async () => {
    const agents = () => hcp(desiredHcp(onAws, backend("agent"), {}), { apply: true });
    await expect(agents()).rejects.toThrow("organization acme has no agent pool; make one");
    server.agentPools.push({ id: "apool-1", name: "inside" });
    await agents();
    expect(server.workspaces.get("edge-mesh")?.attributes["agent-pool-id"]).toBe("apool-1");
    server.agentPools.push({ id: "apool-2", name: "outside" });
    await expect(agents()).rejects.toThrow("has the agent pools inside, outside; choose one: --agent-pool");
    const told = await hcp(desiredHcp(onAws, backend("agent"), {}), { agentPool: "outside" });
    expect(told).toContain("change workspace edge-mesh: agent pool");
  });

  test.each([
    [401, {}, "does not accept the token; run 'terraform login"],
    [404, {}, "has no organizations/acme/projects"],
    [
      422,
      { errors: [{ title: "invalid", detail: "Name is taken" }] },
      "answers 422 to GET organizations/acme/projects",
    ],
    [500, "<html>oops", "<html>oops"],
  ])("a server that answers %d is named with what it says", async (status, body, message) => {
    server.before = (line) =>
      line.startsWith("GET organizations/acme/projects") ? { status, body } : undefined;
    const error = await hcp(desired()).catch((reason: unknown) => reason);
    expect(String(error)).toContain(message);
    expect(String(error)).not.toContain(token);
  });

  test("a server that is asked too often is asked again, and what may be done already is not done twice", async () => {
    const busy = ["GET organizations/acme/projects", "POST organizations/acme/workspaces"];
    server.before = (line) => {
      if (!busy.includes(line)) return undefined;
      busy.splice(busy.indexOf(line), 1);
      return { status: 429, headers: { "retry-after": "0" } };
    };
    expect(await hcp(desired())).toEqual(wanted);
    server.before = (line) => (line.startsWith("PATCH ") ? { status: 503 } : undefined);
    await expect(hcp(desiredHcp(onAws, backend("local"), {}))).rejects.toThrow(
      "answers 503 to PATCH workspaces/",
    );
    expect(server.requests.filter((line) => line.startsWith("PATCH "))).toHaveLength(1);
  });
});

test("trust names every workspace, in AWS by a policy and in Azure by a credential for each phase", () => {
  const desired = desiredHcp(onAws, backend("remote"), {});
  expect(awsTrustPolicy("app.terraform.io", desired, role)).toMatchObject({
    Statement: [
      {
        Principal: { Federated: "arn:aws:iam::111122223333:oidc-provider/app.terraform.io" },
        Condition: {
          StringEquals: { "app.terraform.io:aud": "aws.workload.identity" },
          StringLike: {
            "app.terraform.io:sub": [
              "organization:acme:project:mesh:workspace:edge-cluster:run_phase:*",
              "organization:acme:project:mesh:workspace:edge-mesh:run_phase:*",
            ],
          },
        },
      },
    ],
  });
  const commands = azureTrustCommands("app.terraform.io", desired, "client-1");
  expect(commands).toHaveLength(4);
  expect(commands[3]).toContain(
    '"subject":"organization:acme:project:mesh:workspace:edge-mesh:run_phase:apply"',
  );
});
