import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { eksCall } from "./eks-call";
import { allows, type AwsCall } from "./policy-evaluation";

/** What the API keeps of one thing: the request that made it, and what EKS adds. */
type Item = Record<string, unknown>;

interface Call {
  readonly method: string;
  readonly path: readonly string[];
  readonly query: URLSearchParams;
  readonly body: Item;
}

const errorTypes = { 403: "AccessDeniedException", 404: "ResourceNotFoundException" } as const;

/** The policy of somebody who is not known. */
const nothing = JSON.stringify({ Statement: [] });

/**
 * A stand-in for the API of EKS, for emulators that lack it or parts of it: it keeps what it is told and gives it back.
 *
 * It knows clusters, node groups, add-ons and their versions, access entries and their policies, and pod identity
 * associations.
 */
export class EksApi {
  /** Every call that changed something, as `<method> <path>`, in order. */
  public readonly changes: string[] = [];
  /** Every call, as IAM sees it. */
  public readonly calls: AwsCall[] = [];
  /** Policies of those who may call, by their access keys; whoever else calls is refused. */
  public readonly policies = new Map<string, string>();
  private readonly items = new Map<string, Item>();
  private readonly server: Server;

  public constructor(private readonly vpcOfSubnets: () => Promise<string>) {
    this.server = createServer((request, response) => {
      void this.answer(request).then(({ status, body }) => {
        response.writeHead(status, {
          "content-type": "application/json",
          ...(status === 200 ? {} : { "x-amzn-errortype": errorTypes[status] }),
        });
        response.end(JSON.stringify(body));
      });
    });
  }

  /** Listens on a free port of this machine alone; gives its address. */
  public async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  public close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  /** Keys of everything that is left, such as `clusters/aws-prod`. */
  public get left(): readonly string[] {
    return [...this.items.keys()];
  }

  private async answer(
    request: IncomingMessage,
  ): Promise<{ status: keyof typeof errorTypes | 200; body: object }> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString();
    const url = new URL(request.url ?? "/", "http://eks");
    const call: Call = {
      method: request.method ?? "GET",
      path: url.pathname.split("/").slice(1).map(decodeURIComponent),
      query: url.searchParams,
      body: text === "" ? {} : (JSON.parse(text) as Item),
    };
    const asked = eksCall(call.method, call.path, String(call.body["name"]));
    this.calls.push(asked);
    const [, accessKey] = /Credential=([^/]+)\//.exec(request.headers.authorization ?? "") ?? [];
    if (!allows(this.policies.get(accessKey ?? "") ?? nothing, asked)) {
      return { status: 403, body: { message: `not authorized to perform: ${asked.action}` } };
    }
    if (call.method !== "GET") this.changes.push(`${call.method} ${call.path.join("/")}`);
    const body = await this.dispatch(call);
    return body === undefined
      ? { status: 404, body: { message: `nothing at ${url.pathname}` } }
      : { status: 200, body };
  }

  private async dispatch(call: Call): Promise<object | undefined> {
    const [root, cluster, kind, name, action] = call.path;
    if (root === "addons") return addOnVersions(call.query.get("addonName") ?? "");
    if (root !== "clusters") return undefined;
    switch (kind) {
      case undefined:
        return this.clusters(call, cluster);
      case "node-groups":
        return this.collection(call, "nodegroup", "nodegroupName", nodeGroupDefaults);
      case "addons":
        return this.collection(call, "addon", "addonName", () => ({ health: { issues: [] } }));
      case "pod-identity-associations":
        return this.collection(call, "association", "associationId", podIdentityDefaults);
      case "access-entries":
        if (action === "access-policies") return this.accessPolicies(call, `${cluster}/${name}`);
        return this.collection(call, "accessEntry", "principalArn", () => ({ type: "STANDARD" }));
      default:
        return undefined;
    }
  }

  private async clusters({ method, body }: Call, name: string | undefined): Promise<object | undefined> {
    if (method === "GET" && name === undefined) {
      const clusters = this.left.filter((key) => key.startsWith("clusters/"));
      return { clusters: clusters.map((key) => key.slice("clusters/".length)) };
    }
    const key = `clusters/${String(name ?? body["name"])}`;
    if (method === "POST") {
      const vpcId = await this.vpcOfSubnets();
      const { accessConfig, resourcesVpcConfig, kubernetesNetworkConfig, ...rest } = body as Record<
        string,
        Item
      >;
      this.items.set(key, {
        ...rest,
        arn: `arn:aws:eks:eu-central-1:123456789012:cluster/${String(body["name"])}`,
        accessConfig: { authenticationMode: accessConfig?.["authenticationMode"] },
        resourcesVpcConfig: {
          ...resourcesVpcConfig,
          vpcId,
          clusterSecurityGroupId: "sg-0c1057e6",
          publicAccessCidrs: resourcesVpcConfig?.["publicAccessCidrs"] ?? [],
        },
        kubernetesNetworkConfig: { ipFamily: "ipv4", ...kubernetesNetworkConfig },
        endpoint: "https://eks.invalid",
        certificateAuthority: { data: "" },
        identity: { oidc: { issuer: "https://oidc.invalid" } },
        platformVersion: "eks.1",
        status: "ACTIVE",
        createdAt: 0,
      });
    }
    return this.read(method, key, "cluster");
  }

  private collection(
    { method, path, body }: Call,
    wrapper: string,
    idField: string,
    defaults: (index: number) => Item,
  ): object | undefined {
    const [, clusterName, kind, name] = path;
    const added: Item = {
      clusterName,
      status: "ACTIVE",
      createdAt: 0,
      modifiedAt: 0,
      ...defaults(this.items.size),
    };
    const id = name ?? String(body[idField] ?? added[idField]);
    const key = `${String(clusterName)}/${String(kind)}/${id}`;
    if (method === "POST") {
      this.items.set(key, {
        ...added,
        ...body,
        [`${wrapper}Arn`]: `arn:aws:eks:eu-central-1:123456789012:${key}`,
      });
    }
    return this.read(method, key, wrapper);
  }

  private accessPolicies({ method, path, body }: Call, entry: string): object | undefined {
    const key = `${entry}/access-policies`;
    const policies = (this.items.get(key)?.["policies"] ?? []) as Item[];
    if (method === "POST") {
      const policy = { ...body, associatedAt: 0, modifiedAt: 0 };
      this.items.set(key, { policies: [...policies, policy] });
      return { associatedAccessPolicy: policy };
    }
    if (method === "DELETE") {
      const rest = policies.filter((policy) => policy["policyArn"] !== path[5]);
      if (rest.length === 0) this.items.delete(key);
      else this.items.set(key, { policies: rest });
      return {};
    }
    return { associatedAccessPolicies: policies };
  }

  private read(method: string, key: string, wrapper: string): object | undefined {
    const item = this.items.get(key);
    if (item === undefined) return undefined;
    if (method === "DELETE") this.items.delete(key);
    return { [wrapper]: method === "DELETE" ? { ...item, status: "DELETING" } : item };
  }
}

function nodeGroupDefaults(): Item {
  return {
    health: { issues: [] },
    resources: { autoScalingGroups: [{ name: "eks-nodes" }] },
    releaseVersion: "1.35.0-20261101",
  };
}

function podIdentityDefaults(index: number): Item {
  return { associationId: `a-${index}` };
}

function addOnVersions(addonName: string): object {
  const compatibilities = [{ clusterVersion: "1.35", defaultVersion: true, platformVersions: ["*"] }];
  return {
    addons: [{ addonName, addonVersions: [{ addonVersion: "v1.0.0-eksbuild.1", compatibilities }] }],
  };
}
