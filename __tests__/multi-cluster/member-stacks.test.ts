import { App } from "cdktf";
import { join } from "node:path";
import { readdirSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { istioVersionsUpgradableInPlace } from "../../config/compatibility/compatibility";
import { asLiteral } from "../../config/literal-text";
import { LinkStack } from "../../stacks/link";
import { MeshStack } from "../../stacks/mesh";
import { readStack } from "../support/stacks/stack-file";
import { MeshJson, type TerraformJson } from "../support/stacks/mesh-json";
import { anyChartFiles, inTemporaryFolder } from "../support/stacks/synthesize-mesh";
import { azure } from "../support/environments/environment-files";
import { east, environmentOf, memberOf, meshOf, shops, west } from "../support/multi-cluster/two-members";

/** The mesh stack of a member. */
function stackOf(name: string, text: string, mesh?: string): MeshJson {
  const environment = mesh === undefined ? environmentOf(name, text) : memberOf(name, text, mesh);
  return inTemporaryFolder((outdir) => {
    const app = new App({ outdir, stackTraces: false });
    new MeshStack(app, `${name}-mesh`, {
      environment: asLiteral(environment),
      chartFiles: anyChartFiles,
      upgradableFrom: istioVersionsUpgradableInPlace,
    });
    app.synth();
    return new MeshJson(
      readStack<TerraformJson>(outdir, `${name}-mesh`),
      readdirSync(join(outdir, "stacks", `${name}-mesh`)),
    );
  });
}

/** The stack that joins two members. */
function linkOf(mesh = shops, files: Readonly<Record<string, string>> = { west, east }): TerraformJson {
  return inTemporaryFolder((outdir) => {
    const app = new App({ outdir, stackTraces: false });
    const members = Object.entries(files).map(([name, text]) => asLiteral(memberOf(name, text, mesh)));
    new LinkStack(app, "shops-link", { mesh: asLiteral(meshOf(mesh)), members });
    app.synth();
    return readStack<TerraformJson>(outdir, "shops-link");
  });
}

describe("the mesh stack of a member", () => {
  const member = stackOf("west", west, shops);
  const alone = stackOf("west", west);

  test("names mesh, cluster and network to istiod", () => {
    expect(member.values("istiod")["global"]).toMatchObject({
      meshID: "shops",
      network: "west",
      multiCluster: { clusterName: "west" },
    });
    expect(alone.values("istiod")["global"]).not.toHaveProperty("network");
  });

  test("labels istio-system with its network", () => {
    const label = "topology.istio.io/network";
    expect(JSON.stringify(member.json.resource["kubernetes_namespace_v1"])).toContain(`"${label}":"west"`);
    expect(JSON.stringify(alone.json)).not.toContain(label);
  });

  test("has a gateway by which other networks come, for connections that name a workload", () => {
    expect(member.values("istio-eastwestgateway")).toMatchObject({
      networkGateway: "west",
      service: { type: "LoadBalancer" },
    });
    const gateway = member.object("cross-network-gateway", "Gateway", "cross-network-gateway");
    expect(gateway.spec).toMatchObject({
      selector: { istio: "eastwestgateway" },
      servers: [{ port: { number: 15443 }, tls: { mode: "AUTO_PASSTHROUGH" }, hosts: ["*.local"] }],
    });
    expect(alone.releaseNames).not.toContain("istio-eastwestgateway");
  });

  test("has none where all members share a network", () => {
    const shared = stackOf("west", west, shops.replace("network: east", "network: west"));
    expect(shared.releaseNames).not.toContain("istio-eastwestgateway");
    expect(shared.values("istiod")["global"]).toMatchObject({ network: "west" });
  });

  test("signs an intermediate for each other member, where its issuer is the root", () => {
    const certificate = member.object("mesh-root-intermediates", "Certificate", "mesh-root-for-east");
    expect(certificate.spec).toMatchObject({ isCA: true, issuerRef: { name: "root" } });
    expect(stackOf("east", east, shops).releaseNames).not.toContain("mesh-root-intermediates");
  });

  test("lets other networks in where everything else is denied", () => {
    const denying = `${west}policies: { authorization: { default: deny } }\n`;
    const policies = (stack: MeshJson) =>
      stack
        .objectsOfKind("AuthorizationPolicy")
        .filter(({ metadata }) => metadata.namespace === "istio-eastwest");
    expect(policies(stackOf("west", denying, shops))).toHaveLength(1);
    expect(policies(member)).toHaveLength(0);
  });

  test("asks for an internal load balancer with a probe on AKS", () => {
    const onAks = `${azure}${west.slice(west.indexOf("  ca:"))}`;
    const { annotations } = stackOf("west", onAks, shops).values("istio-eastwestgateway")["service"] as {
      annotations: Record<string, string>;
    };
    expect(annotations["service.beta.kubernetes.io/azure-load-balancer-internal"]).toBe("true");
  });

  test("takes the trust domain of the mesh", () => {
    const mesh = `${shops}trustDomain: shops.test\n`;
    expect(stackOf("west", west, mesh).values("istiod")["meshConfig"]).toMatchObject({
      trustDomain: "shops.test",
    });
  });

  test("keeps every address that it had alone", () => {
    const addresses = ({ json }: MeshJson) =>
      Object.entries(json.resource).flatMap(([type, blocks]) =>
        Object.keys(blocks).map((name) => `${type}.${name}`),
      );
    expect(addresses(member)).toEqual(expect.arrayContaining(addresses(alone)));
  });
});

describe("the stack of the link", () => {
  const link = linkOf() as TerraformJson & { readonly ephemeral: Record<string, Record<string, object>> };

  test("reaches each member with a provider of its own", () => {
    expect(link.provider["kubernetes"]?.map(({ alias }) => alias)).toEqual(["west", "east"]);
  });

  test("writes in each member how to read the other one", () => {
    const secrets = Object.values(link.resource["kubernetes_secret_v1"] ?? {}).map((secret) => ({
      provider: secret["provider"],
      name: (secret["metadata"] as { name: string }).name,
    }));
    expect(secrets).toEqual([
      { provider: "kubernetes.east", name: "istio-remote-secret-west" },
      { provider: "kubernetes.west", name: "istio-remote-secret-east" },
    ]);
  });

  test("has tokens in write-only arguments only", () => {
    const text = JSON.stringify(link.resource);
    const withoutWriteOnly = JSON.stringify(link.resource, (key, value: unknown) =>
      key === "data_wo" ? undefined : value,
    );
    expect(text).toContain("ephemeral.kubernetes_token_request_v1");
    expect(withoutWriteOnly).not.toContain("ephemeral.");
    expect(JSON.stringify(link.output ?? {})).not.toContain("ephemeral.");
    expect(Object.keys(link.ephemeral)).toEqual(["kubernetes_token_request_v1"]);
  });

  test("writes them anew with another revision", () => {
    const revisionOf = (json: TerraformJson) =>
      Object.values(json.resource["kubernetes_secret_v1"] ?? {}).map((secret) => secret["data_wo_revision"]);
    expect(revisionOf(link)).toEqual([1, 1]);
    expect(revisionOf(linkOf(`${shops}tokens: { revision: 2 }\n`))).toEqual([2, 2]);
  });

  test("has neither a condition on what is ephemeral, which `terraform show -json` dies of, nor a key", () => {
    expect(JSON.stringify(link.ephemeral)).not.toContain("condition");
    expect(JSON.stringify(link)).not.toContain("tls.key");
  });
});
