import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AwsCall } from "./policy-evaluation";
import { type RecordedRequest, recordedCall } from "./recorded-call";

const program = process.env["MOTO_SERVER"] ?? "moto_server";

/** Whether moto is installed. */
export const motoIsThere = spawnSync(program, ["--help"]).status === 0;
if (!motoIsThere)
  console.warn("skipped: moto is not there (pip install 'moto[server]', or name it in MOTO_SERVER)");

/** The account that moto plays. */
export const motoAccountId = "123456789012";

/** An access key of IAM. */
export interface AccessKey {
  readonly access_key: string;
  readonly secret_key: string;
}

/**
 * moto, an emulator of AWS, as a process of its own.
 *
 * @see https://docs.getmoto.org/en/latest/docs/server_mode.html
 */
export class Moto {
  private constructor(
    public readonly address: string,
    private readonly server: ChildProcess,
    private readonly directory: string,
  ) {}

  /** Starts moto on a free port of this machine alone; it answers when this returns. */
  public static async start(): Promise<Moto> {
    const port = await freePort();
    const directory = mkdtempSync(join(tmpdir(), "istio-cdktf-moto-"));
    const server = spawn(program, ["-H", "127.0.0.1", "-p", String(port)], {
      stdio: "ignore",
      env: {
        ...process.env,
        MOTO_IAM_LOAD_MANAGED_POLICIES: "true",
        MOTO_ENABLE_RECORDING: "1",
        MOTO_RECORDER_FILEPATH: join(directory, "recording"),
      },
    });
    const moto = new Moto(`http://127.0.0.1:${port}`, server, directory);
    await answering(`${moto.address}/moto-api/`);
    return moto;
  }

  public stop(): void {
    this.server.kill();
    rmSync(this.directory, { recursive: true, force: true });
  }

  /** Makes a user with this policy and nothing else; moto must not ask for credentials yet. */
  public async createUser(name: string, policy: string): Promise<AccessKey> {
    await this.iam("CreateUser", { UserName: name });
    const created = await this.iam("CreatePolicy", { PolicyName: name, PolicyDocument: policy });
    await this.iam("AttachUserPolicy", { UserName: name, PolicyArn: textOf(created, "Arn") });
    const key = await this.iam("CreateAccessKey", { UserName: name });
    return { access_key: textOf(key, "AccessKeyId"), secret_key: textOf(key, "SecretAccessKey") };
  }

  /** From now on moto checks who calls, and what the caller may do; calls before are forgotten. */
  public async enforcePolicies(): Promise<void> {
    await fetch(`${this.address}/moto-api/recorder/reset-recording`, { method: "POST" });
    await fetch(`${this.address}/moto-api/reset-auth`, { method: "POST", body: "0" });
  }

  /** What has been called since then. */
  public calls(): readonly AwsCall[] {
    const recording = join(this.directory, "recording");
    const lines = existsSync(recording) ? readFileSync(recording, "utf8").split("\n") : [];
    return lines
      .filter((line) => line !== "")
      .flatMap((line) => recordedCall(JSON.parse(line) as RecordedRequest) ?? []);
  }

  /** Id of the VPC that is not the account's default one. */
  public async vpcId(): Promise<string> {
    const answer = await fetch(`${this.address}/moto-api/data.json`);
    const { ec2 } = (await answer.json()) as { ec2?: { VPC?: { id: string; is_default: unknown }[] } };
    return ec2?.VPC?.find(({ is_default }) => is_default !== "true" && is_default !== true)?.id ?? "none";
  }

  /** Makes a VPC that somebody else has, with a security group; moto must not ask for credentials yet. */
  public async createVpc(region: string): Promise<{ readonly vpcId: string; readonly groupId: string }> {
    const vpcId = textOf(await this.ec2(region, "CreateVpc", { CidrBlock: "10.9.0.0/16" }), "vpcId");
    const group = { VpcId: vpcId, GroupName: "theirs", GroupDescription: "theirs" };
    return { vpcId, groupId: textOf(await this.ec2(region, "CreateSecurityGroup", group), "groupId") };
  }

  /** The security groups of a VPC. */
  public async securityGroupIds(region: string, vpcId: string): Promise<readonly string[]> {
    const filter = { "Filter.1.Name": "vpc-id", "Filter.1.Value.1": vpcId };
    const xml = await this.ec2(region, "DescribeSecurityGroups", filter);
    return [...new Set([...xml.matchAll(/<groupId>([^<]+)</g)].map(([, id = ""]) => id))];
  }

  private ec2(region: string, action: string, parameters: Readonly<Record<string, string>>): Promise<string> {
    return this.call({ service: "ec2", region, version: "2016-11-15" }, action, parameters);
  }

  private iam(action: string, parameters: Readonly<Record<string, string>>): Promise<string> {
    return this.call({ service: "iam", region: "us-east-1", version: "2010-05-08" }, action, parameters);
  }

  private async call(
    { service, region, version }: Readonly<Record<"service" | "region" | "version", string>>,
    action: string,
    parameters: Readonly<Record<string, string>>,
  ): Promise<string> {
    const authorization = `AWS4-HMAC-SHA256 Credential=test/20260101/${region}/${service}/aws4_request, SignedHeaders=host, Signature=0`;
    const body = new URLSearchParams({ Action: action, Version: version, ...parameters });
    const response = await fetch(this.address, { method: "POST", headers: { authorization }, body });
    const text = await response.text();
    if (!response.ok) throw new Error(`${action}: ${text}`);
    return text;
  }
}

function textOf(xml: string, element: string): string {
  const text = new RegExp(`<${element}>([^<]+)<`).exec(xml)?.[1];
  if (text === undefined) throw new Error(`no ${element} in ${xml}`);
  return text;
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
