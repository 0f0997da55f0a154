import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { reaches } from "../support/stacks/dependency-graph";
import {
  all,
  type AwsEnvironment,
  awsEnvironment,
  awsProd,
  clusterStack,
  meshStack,
  nlbGateway,
  only,
} from "../support/stacks/eks-stacks";

const production = meshStack(awsProd());
const prefix = "service.beta.kubernetes.io/aws-load-balancer-";

function releaseOf(stack: ReturnType<typeof meshStack>, name: string) {
  const release = all(stack.resource["helm_release"]).find((one) => one["name"] === name);
  if (release === undefined) throw new Error(`no release ${name}`);
  return release;
}

interface GatewayValues {
  readonly podAnnotations: Readonly<Record<string, string>>;
  readonly lifecycle: { readonly preStop: { readonly sleep: { readonly seconds: number } } };
  readonly terminationGracePeriodSeconds: number;
  readonly service: {
    readonly type: string;
    readonly loadBalancerClass?: string;
    readonly allocateLoadBalancerNodePorts?: boolean;
    readonly annotations: Readonly<Record<string, string>>;
    readonly ports: readonly { readonly port: number }[];
  };
}

function valuesOf(environment: AwsEnvironment) {
  const release = releaseOf(meshStack(environment), "istio-ingress");
  return parse((release["values"] as string[])[0] ?? "") as GatewayValues;
}

function serviceOf(environment: AwsEnvironment) {
  return valuesOf(environment).service;
}

function annotationsOf(exposure: object) {
  const { annotations } = serviceOf(awsEnvironment({ gateways: [nlbGateway(exposure)] }));
  return Object.fromEntries(
    Object.entries(annotations).map(([key, value]) => [key.replace(prefix, ""), value]),
  );
}

describe("connection", () => {
  test("the cluster is found by name, and tokens come from the AWS command line", () => {
    expect(only(production.data["aws_eks_cluster"])["name"]).toBe("aws-prod");
    const exec = {
      api_version: "client.authentication.k8s.io/v1beta1",
      command: "aws",
      args: [
        "eks",
        "get-token",
        "--cluster-name",
        "aws-prod",
        "--region",
        "eu-central-1",
        "--output",
        "json",
      ],
    };
    expect(production.provider["kubernetes"]?.[0]?.["exec"]).toEqual([exec]);
    expect(production.provider["helm"]?.[0]?.["kubernetes"]).toMatchObject({ exec });
    expect(JSON.stringify(production)).not.toContain("aws_eks_cluster_auth");
  });

  test("on HashiCorp's runners the token is ephemeral: in neither plan nor state", () => {
    const remote = meshStack(
      awsEnvironment({ backend: { kind: "cloud", organization: "example", execution: "remote" } }),
    );
    expect(remote.ephemeral).toEqual({ aws_eks_cluster_auth: { "cluster-token": { name: "aws-test" } } });
    const token = "${ephemeral.aws_eks_cluster_auth.cluster-token.token}";
    expect(remote.provider["kubernetes"]?.[0]).toMatchObject({ token });
    expect(remote.provider["helm"]?.[0]?.["kubernetes"]).toMatchObject({ token });
    expect(remote.data).not.toHaveProperty("aws_eks_cluster_auth");
    expect(JSON.stringify(remote.provider)).not.toContain("get-token");
  });

  test("agents use the command line", () => {
    const agent = meshStack(
      awsEnvironment({ backend: { kind: "cloud", organization: "example", execution: "agent" } }),
    );
    expect(JSON.stringify(agent.provider)).toContain("get-token");
    expect(agent).not.toHaveProperty("ephemeral");
  });
});

describe("load balancer controller", () => {
  const release = releaseOf(production, "aws-load-balancer-controller");
  const values = parse((release["values"] as string[])[0] ?? "") as Record<string, unknown>;

  test("is told what it cannot read from a node's metadata", () => {
    expect(values).toMatchObject({
      clusterName: "aws-prod",
      region: "eu-central-1",
      vpcId: expect.stringContaining("data.aws_eks_cluster.cluster.vpc_config[0].vpc_id"),
      serviceAccount: { create: true, name: "aws-load-balancer-controller" },
      defaultTags: { environment: "aws-prod", "managed-by": "istio-cdktf" },
    });
  });

  test("keeps its certificate, and stays out of the way of Services that name no class", () => {
    expect(values).toMatchObject({ keepTLSSecret: true, enableServiceMutatorWebhook: false });
  });

  test("has its definitions in a release of their own, from the same chart and version", () => {
    expect(release["skip_crds"]).toBe(true);
    const chart = only(production.data["helm_template"]);
    expect([chart["chart"], chart["version"]]).toEqual([release["chart"], release["version"]]);
    const definitions = releaseOf(production, "aws-load-balancer-controller-crds");
    expect(definitions["values"]).toEqual([
      expect.stringMatching(/yamlencode\(\{"crdFiles" = data\.helm_template\.[^.]*\.crds\}\)/),
    ]);
    expect(
      reaches(
        production,
        "helm_release.load-balancer-controller_release",
        "helm_release.load-balancer-controller_crds",
      ),
    ).toBe(true);
  });

  test("runs twice in production and once in a small mesh", () => {
    const small = meshStack(
      awsEnvironment({ mesh: { istioVersion: "1.31.1", size: "small" }, gateways: [nlbGateway()] }),
    );
    const smallValues = parse(
      (releaseOf(small, "aws-load-balancer-controller")["values"] as string[])[0] ?? "",
    ) as Record<string, unknown>;
    expect(values).toMatchObject({ replicaCount: 2, podDisruptionBudget: { maxUnavailable: 1 } });
    expect(smallValues).toMatchObject({ replicaCount: 1 });
    expect(smallValues).not.toHaveProperty("podDisruptionBudget");
  });

  test("is not there where no gateway needs it", () => {
    const without = meshStack(
      awsEnvironment({ gateways: [{ name: "ingress", exposure: { kind: "clusterip" } }] }),
    );
    expect(all(without.resource["helm_release"]).map(({ name }) => name)).not.toContain(
      "aws-load-balancer-controller",
    );
    expect(without.resource).not.toHaveProperty("aws_security_group");
  });
});

describe("exposure nlb", () => {
  test("goes straight to the pods, and asks Envoy whether it is ready", () => {
    const service = serviceOf(awsProd());
    expect(service).toMatchObject({
      type: "LoadBalancer",
      loadBalancerClass: "service.k8s.aws/nlb",
      allocateLoadBalancerNodePorts: false,
    });
    expect(annotationsOf({})).toMatchObject({
      name: "aws-test-ingress",
      "nlb-target-type": "ip",
      "healthcheck-protocol": "http",
      "healthcheck-port": "15021",
      "healthcheck-path": "/healthz/ready",
    });
  });

  test("has no listener for readiness unless the file asks for one, and the outputs say which", () => {
    const portsOf = (exposure: object) => {
      const environment = awsEnvironment({ gateways: [nlbGateway(exposure)] });
      const status = meshStack(environment).output["gateway_status_port"]?.value;
      return { ports: serviceOf(environment).ports.map(({ port }) => port), status };
    };
    expect(portsOf({})).toEqual({ ports: [80], status: "" });
    expect(portsOf({ exposeStatusPort: true })).toEqual({ ports: [15021, 80], status: "15021" });
  });

  test("is internal unless the file says internet-facing", () => {
    expect(annotationsOf({})["scheme"]).toBe("internal");
    expect(annotationsOf({ scheme: "internet-facing" })["scheme"]).toBe("internet-facing");
  });

  test("uses a security group that Terraform owns", () => {
    expect(annotationsOf({})).toMatchObject({
      "security-groups": expect.stringContaining("aws_security_group.gateway-ingress-nlb"),
      "manage-backend-security-group-rules": "false",
    });
    expect(only(production.resource["aws_security_group"])["name"]).toBe("aws-prod-ingress-nlb");
  });

  test("keeps source addresses as asked", () => {
    const attributes = (exposure: object) => annotationsOf(exposure)["target-group-attributes"];
    expect(attributes({})).toContain("preserve_client_ip.enabled=true");
    expect(attributes({ preserveClientIp: false })).toContain("preserve_client_ip.enabled=false");
    expect(attributes({ proxyProtocol: true })).toContain("proxy_protocol_v2.enabled=true");
    expect(attributes({})).not.toContain("proxy_protocol");
  });

  test("gives a pod that stops longer than the load balancer sends to it", () => {
    const read = (more: object) => {
      const environment = awsEnvironment({ gateways: [nlbGateway({}, more)] });
      const attributes = serviceOf(environment).annotations[`${prefix}target-group-attributes`] ?? "";
      const { podAnnotations, lifecycle, terminationGracePeriodSeconds } = valuesOf(environment);
      const seconds = (text = "") => Number(/([0-9]+)s?$/m.exec(text)?.[1]);
      return {
        delay: Number(/deregistration_delay\.timeout_seconds=([0-9]+)/.exec(attributes)?.[1]),
        drain: seconds(podAnnotations["proxy.istio.io/config"]),
        notice: lifecycle.preStop.sleep.seconds,
        grace: terminationGracePeriodSeconds,
      };
    };
    for (const more of [{}, { drainSeconds: 200 }]) {
      const { delay, drain, notice, grace } = read(more);
      expect(notice + drain).toBeGreaterThan(delay);
      expect(grace).toBeGreaterThan(notice + drain);
    }
    expect(read({}).delay).toBe(60);
    expect(read({ drainSeconds: 200 }).delay).toBe(200);
  });

  test("counts a new pod as ready only when the load balancer has found it healthy", () => {
    const labelled = (gateways: object[]) => {
      const namespaces = all(meshStack(awsEnvironment({ gateways })).resource["kubernetes_namespace_v1"]);
      return namespaces.flatMap(({ metadata }) => {
        const { name, labels } = metadata as { name: string; labels: Record<string, string> };
        return "elbv2.k8s.aws/pod-readiness-gate-inject" in labels ? [name] : [];
      });
    };
    const inner = { name: "inner", exposure: { kind: "clusterip" } };
    expect(labelled([nlbGateway(), inner])).toEqual(["istio-ingress"]);
  });

  test("writes every attribute out, because leaving one out does not turn it off", () => {
    expect(annotationsOf({})["attributes"]).toBe(
      "load_balancing.cross_zone.enabled=true,deletion_protection.enabled=false,access_logs.s3.enabled=false",
    );
    const accessLogs = { bucket: "example-logs", prefix: "mesh" };
    expect(annotationsOf({ crossZone: false, deletionProtection: true, accessLogs })["attributes"]).toBe(
      "load_balancing.cross_zone.enabled=false,deletion_protection.enabled=true,access_logs.s3.enabled=true,access_logs.s3.bucket=example-logs,access_logs.s3.prefix=mesh",
    );
  });

  test("takes Elastic IPs that the stack allocates, or yours, or private addresses", () => {
    const addresses = { kind: "allocate" };
    const allocated = meshStack(
      awsEnvironment({ gateways: [nlbGateway({ scheme: "internet-facing", addresses })] }),
    );
    expect(all(allocated.resource["aws_eip"])).toHaveLength(3);
    expect(JSON.stringify(releaseOf(allocated, "istio-ingress")["values"])).toMatch(
      /eip-allocations: (\$\{aws_eip\.[^}]*\.allocation_id\},?){3}/,
    );
    const own = { kind: "elastic-ips", allocationIds: ["eipalloc-0a", "eipalloc-0b", "eipalloc-0c"] };
    expect(annotationsOf({ scheme: "internet-facing", addresses: own })["eip-allocations"]).toBe(
      "eipalloc-0a,eipalloc-0b,eipalloc-0c",
    );
    const inside = { kind: "private", addresses: ["10.0.0.9", "10.0.32.9"] };
    expect(annotationsOf({ addresses: inside })["private-ipv4-addresses"]).toBe("10.0.0.9,10.0.32.9");
    expect(Object.keys(annotationsOf({})).filter((key) => /eip|private/.test(key))).toEqual([]);
    expect(production.resource).not.toHaveProperty("aws_eip");
  });

  test("stands in the subnets that the file names, with an Elastic IP in each", () => {
    expect(annotationsOf({ subnetIds: ["subnet-0a", "subnet-0b"] })["subnets"]).toBe("subnet-0a,subnet-0b");
    expect(annotationsOf({})).not.toHaveProperty("subnets");
    const exposure = { scheme: "internet-facing", addresses: { kind: "allocate" }, subnetIds: ["subnet-0a"] };
    const stack = meshStack(awsEnvironment({ gateways: [nlbGateway(exposure)] }));
    expect(all(stack.resource["aws_eip"])).toHaveLength(1);
  });

  test("a change of scheme stops the plan, unless the file allows a replacement", () => {
    const guardOf = (exposure: object) =>
      all(meshStack(awsEnvironment({ gateways: [nlbGateway(exposure)] })).data["kubernetes_resources"]).find(
        ({ kind }) => kind === "Service",
      );
    const [condition] = (guardOf({ scheme: "internet-facing" })?.["lifecycle"] as { postcondition: object[] })
      .postcondition;
    expect(condition).toMatchObject({
      condition: expect.stringMatching(
        /length\(self\.objects\) < 1.*annotations\["service\.beta\.kubernetes\.io\/aws-load-balancer-scheme"\], "internet-facing"\) == "internet-facing"/,
      ),
      error_message: expect.stringContaining("Set exposure.replaceExisting to true"),
    });
    expect(guardOf({ replaceExisting: true })).not.toHaveProperty("lifecycle");
    expect(JSON.stringify(releaseOf(production, "istio-ingress")["depends_on"])).toContain(
      "data.kubernetes_resources.gateway-ingress-nlb_guard",
    );
  });

  test("is destroyed while its controller runs and before its security group", () => {
    const gateway = "helm_release.gateway-ingress_gateway";
    for (const needed of [
      "helm_release.load-balancer-controller_release",
      "aws_security_group.gateway-ingress-nlb",
      "aws_vpc_security_group_ingress_rule.gateway-ingress-nlb_into-pods-15021",
      "aws_vpc_security_group_egress_rule.gateway-ingress-nlb_to-pods-15021",
    ]) {
      expect(reaches(production, gateway, needed)).toBe(true);
    }
    expect(reaches(production, "helm_release.load-balancer-controller_release", gateway)).toBe(false);
  });
});

describe("DNS", () => {
  const tls = { issuer: "private-ca", hosts: ["example.com", "*.shop.example.com"] };
  const certManager = { issuers: [{ kind: "self-signed-ca", name: "private-ca" }] };

  test("records lead every name of the certificate to the load balancer", () => {
    const dns = { kind: "route53", zoneId: "Z0123456789ABC" };
    const stack = meshStack(awsEnvironment({ gateways: [nlbGateway({}, { tls, dns })], certManager }));
    const records = all(stack.resource["aws_route53_record"]);
    expect(records.map(({ name, type, zone_id }) => [name, type, zone_id])).toEqual([
      ["*.shop.example.com", "A", "Z0123456789ABC"],
      ["example.com", "A", "Z0123456789ABC"],
    ]);
    expect(records[0]?.["alias"]).toMatchObject({
      name: expect.stringContaining("load_balancer[0].ingress[0].hostname"),
      zone_id: expect.stringContaining("data.aws_lb_hosted_zone_id"),
      evaluate_target_health: true,
    });
    expect(only(stack.data["aws_lb_hosted_zone_id"])["load_balancer_type"]).toBe("network");
  });

  test("without a zone there are none", () => {
    expect(production.resource).not.toHaveProperty("aws_route53_record");
  });

  test("cert-manager is told the region only where an issuer uses Route 53", () => {
    const provider = { kind: "route53", hostedZoneId: "Z0123456789ABC" };
    const issuer = {
      kind: "acme",
      name: "acme",
      email: "ops@example.com",
      solver: { kind: "dns01", provider },
    };
    const stack = meshStack(awsEnvironment({ certManager: { issuers: [issuer] } }));
    expect(JSON.stringify(releaseOf(stack, "issuers")["values"])).toContain("region: eu-central-1");
    expect(JSON.stringify(releaseOf(production, "issuers")["values"])).not.toContain("region:");
  });
});

describe("two environments in one account", () => {
  /** Every name that AWS keeps unique in an account, a region or a VPC. */
  const namesIn = (name: string) => {
    const environment = awsEnvironment({
      name,
      gateways: [nlbGateway({ scheme: "internet-facing", addresses: { kind: "allocate" } })],
    });
    const resources = [clusterStack(environment), meshStack(environment)].flatMap(({ resource }) =>
      Object.entries(resource).filter(([type]) => type.startsWith("aws_") && type !== "aws_iam_role_policy"),
    );
    const named = resources.flatMap(([, blocks]) =>
      all(blocks).flatMap((block) => [block["name"] ?? block["node_group_name_prefix"] ?? []].flat()),
    );
    return [...named, serviceOf(environment).annotations[`${prefix}name`]];
  };

  test("share no name in AWS", () => {
    const [one, two] = [namesIn("one"), namesIn("two")];
    expect(one).toHaveLength(two.length);
    expect(one).toEqual(
      expect.arrayContaining(["one", "one-nodes", "one-ingress-nlb", "one-ingress", "/aws/eks/one/cluster"]),
    );
    expect(one.filter((name) => two.includes(name))).toEqual([]);
  });

  test("share no tag by which a controller finds what it may change", () => {
    const tags = (name: string) =>
      JSON.stringify(clusterStack(awsEnvironment({ name, gateways: [nlbGateway()] })).resource);
    expect(tags("one")).toContain("kubernetes.io/cluster/one");
    expect(tags("one")).toContain('aws:ResourceTag/elbv2.k8s.aws/cluster\\":\\"one\\"');
    expect(tags("two")).not.toContain("cluster/one");
    expect(tags("two")).toContain("kubernetes.io/cluster/two");
  });
});
