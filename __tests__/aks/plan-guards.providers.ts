import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { azureEnvironment, synthClusterStack } from "../support/stacks/aks-cluster-stack";

const terraformIsThere = spawnSync("terraform", ["version"]).status === 0;
if (!terraformIsThere) console.warn("skipped: terraform is not there");

/** What Azure has when the plan is made. */
interface Running {
  readonly pools?: readonly object[];
  /** Names of the static addresses that load balancers use. */
  readonly usedAddresses?: readonly string[];
  /** Principal of the first deployer. */
  readonly deployer?: string;
  /** Subnet of the nodes. @default that of a network that the stack makes */
  readonly subnetId?: string;
  /** The network that exists. */
  readonly network?: { readonly location?: string; readonly space?: string; readonly routes?: string };
  readonly subnetRanges?: readonly string[];
}

const subscription = "/subscriptions/33333333-3333-4333-8333-333333333333";
const ownSubnet = `${subscription}/resourceGroups/rg-azure-test/providers/Microsoft.Network/virtualNetworks/vnet-azure-test/subnets/snet-nodes`;
const hubSubnet = `${subscription}/resourceGroups/rg-hub/providers/Microsoft.Network/virtualNetworks/vnet-hub/subnets/aks`;

const dedicated = ["CriticalAddonsOnly=true:NoSchedule"];
const system = {
  name: "system",
  vm_size: "Standard_D4ds_v5",
  zones: ["1", "2", "3"],
  node_taints: dedicated,
};
const user = { name: "user", vm_size: "Standard_D4ds_v5", zones: ["1", "2", "3"], node_taints: [] };

/** A cluster as the smallest environment makes it; `undefined` in place of its pools stands for none. */
function answers({
  pools,
  usedAddresses = [],
  deployer = "",
  subnetId = ownSubnet,
  network = {},
  subnetRanges = ["10.1.0.0/22"],
}: Running) {
  const cluster = {
    kubernetes_version: "1.35",
    location: "westeurope",
    network_profile: [{ pod_cidr: "10.244.0.0/16", service_cidr: "172.20.0.0/16", network_policy: "calico" }],
    private_cluster_enabled: true,
    disk_encryption_set_id: "",
    agent_pool_profile: pools?.map((pool) => ({ ...pool, vnet_subnet_id: subnetId })),
  };
  return {
    list: { resources: pools === undefined ? [] : [{}] },
    cluster: pools === undefined ? [] : [cluster],
    used: [{ public_ips: usedAddresses.map((name) => ({ name })) }],
    deployer: { principal_id: deployer },
    network: {
      location: network.location ?? "westeurope",
      address_space: [network.space ?? "10.1.0.0/16", "fd00:1::/48"],
    },
    subnet: { address_prefixes: [...subnetRanges, "fd00:1::/64"], route_table_id: network.routes ?? "" },
  };
}

/** The messages of the preconditions that do not hold, as Terraform itself finds them, with Azure's answers put in. */
function refusals(target: object, running: Running, gateways: readonly object[] = []): string {
  const stack = synthClusterStack(azureEnvironment({ target, gateways }));
  const blocks = ["azurerm_kubernetes_cluster", "azurerm_role_assignment"].flatMap((type) =>
    Object.values(stack.resource[type] ?? {}),
  );
  const preconditions = blocks.flatMap(
    (block) => (block["lifecycle"]?.precondition ?? []) as { condition: string; error_message: string }[],
  );
  const withAnswers = (text: string) =>
    text
      .replaceAll(/data\.azurerm_resources\.running_[\w-]+/g, "local.list")
      .replaceAll(/data\.azurerm_kubernetes_cluster\.running_[\w-]+/g, "local.cluster")
      .replaceAll(/data\.azurerm_public_ips\.[\w-]+/g, "local.used")
      .replaceAll(/data\.azurerm_virtual_network\.[\w-]+/g, "local.network")
      .replaceAll(/data\.azurerm_subnet\.[\w-]+/g, "local.subnet")
      .replaceAll(/azurerm_role_assignment\.admins_deployer-role_\w+/g, "local.deployer");
  const said = preconditions.map(({ condition, error_message }) => ({
    holds: withAnswers(condition),
    message: withAnswers(error_message),
  }));
  const directory = mkdtempSync(join(tmpdir(), "istio-cdktf-guards-"));
  try {
    const configuration = { locals: answers(running), output: { said: { value: said } } };
    writeFileSync(join(directory, "guards.tf.json"), JSON.stringify(configuration));
    const run = (...args: string[]) =>
      spawnSync("terraform", args, {
        cwd: directory,
        encoding: "utf8",
        env: { ...process.env, CHECKPOINT_DISABLE: "1", TF_CLI_CONFIG_FILE: "/dev/null" },
      });
    const applied = run("apply", "-auto-approve", "-no-color", "-input=false");
    if (applied.status !== 0) throw new Error(applied.stderr);
    const found = JSON.parse(run("output", "-json", "said").stdout) as typeof said;
    return found
      .filter(({ holds }) => String(holds) === "false")
      .map(({ message }) => message)
      .join("\n");
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

describe.skipIf(!terraformIsThere)("a plan of an AKS cluster", { timeout: 60_000 }, () => {
  test("is refused nothing before there is a cluster, nor with the cluster as the file says", () => {
    expect(refusals({}, {})).toBe("");
    expect(refusals({}, { pools: [system, user] })).toBe("");
  });

  test("keeps the pods' way when the user pools go: first the system pool takes them", () => {
    expect(refusals({ userNodePools: [] }, { pools: [system, user] })).toContain(
      "set target.systemNodePool.dedicated to false and deploy",
    );
    const open = { ...system, node_taints: [] };
    expect(refusals({ systemNodePool: { dedicated: false } }, { pools: [system, user] })).toBe("");
    expect(refusals({ userNodePools: [] }, { pools: [open, user] })).toBe("");
  });

  test("keeps the pods' way when the first user pool comes: the system pool turns them away after it", () => {
    const open = { ...system, node_taints: null };
    expect(refusals({}, { pools: [open] })).toContain("before there is a user pool");
    expect(refusals({ systemNodePool: { dedicated: false } }, { pools: [open] })).toBe("");
    expect(refusals({}, { pools: [open, user] })).toBe("");
  });

  test("asks for the size of a disk before it moves to another machine", () => {
    const larger = { ...user, vm_size: "Standard_D8ds_v5" };
    expect(refusals({}, { pools: [system, larger] })).toContain(
      "Set osDisk.sizeGb of the pool to a size that Standard_D4ds_v5 has room for",
    );
    const sized = [{ name: "user", osDisk: { kind: "ephemeral", sizeGb: 128 } }];
    expect(refusals({ userNodePools: sized }, { pools: [system, larger] })).toBe("");
    expect(refusals({}, { pools: [system, { ...user, vm_size: "standard_d4ds_v5" }] })).toBe("");
  });

  const gateways = [{ name: "web", exposure: { kind: "azure-lb", scheme: "public", staticAddress: true } }];
  const address = "pip-azure-test-web";

  test("keeps the zones of an address", () => {
    const pools = [system, user];
    expect(refusals({ zones: ["1"] }, { pools }, gateways)).toContain("is in zones '1, 2, 3'");
    expect(refusals({ zones: ["3", "2", "1"] }, { pools }, gateways)).toBe("");
    expect(refusals({ zones: ["1"] }, { pools })).toBe("");
    expect(refusals({ zones: [] }, { pools: [{ ...system, zones: null }, user] }, gateways)).toBe("");
  });

  test("keeps an address that a load balancer uses", () => {
    const running = { pools: [system, user], usedAddresses: [address] };
    expect(refusals({}, running)).toContain(`no longer keeps ${address}`);
    expect(refusals({}, running, gateways)).toBe("");
    expect(refusals({}, { ...running, usedAddresses: [] })).toBe("");
  });

  test("keeps the nodes in their subnet", () => {
    const network = { kind: "existing", subnetId: hubSubnet };
    expect(refusals({ network }, { pools: [system, user] })).toContain("'rg-hub/vnet-hub/aks' in the file");
    expect(refusals({ network }, { pools: [system, user], subnetId: hubSubnet })).toBe("");
    expect(refusals({}, { pools: [system, user], subnetId: hubSubnet })).toContain(
      "It is 'rg-hub/vnet-hub/aks' there",
    );
  });

  describe("in a network that exists", () => {
    const refused = (more: object, running: Running) =>
      refusals({ network: { kind: "existing", subnetId: hubSubnet, ...more } }, running);

    test("asks for one in the cluster's location, apart from pods and Services", () => {
      expect(refused({}, {})).toBe("");
      expect(refused({}, { network: { location: "northeurope" } })).toContain("Set target.location");
      expect(refused({}, { network: { space: "10.244.128.0/20" } })).toContain("target.network.podCidr");
      expect(refused({}, { network: { space: "172.16.0.0/12" } })).toContain("target.network.serviceCidr");
    });

    test("asks for a subnet with an address for every node", () => {
      expect(refused({}, { subnetRanges: ["10.1.0.0/27"] })).toBe("");
      expect(refused({}, { subnetRanges: ["10.1.0.0/28"] })).toContain("21 nodes need");
    });

    test("asks for a route table where that is the way out", () => {
      const outbound = { outbound: { kind: "user-defined-routes" } };
      expect(refused(outbound, {})).toContain("has no route table");
      expect(refused(outbound, { network: { routes: "/subscriptions/…/rt" } })).toBe("");
    });
  });

  test("gives the first deployer one role, whoever deploys now", () => {
    const id = "abcdef01-1111-4111-8111-111111111111";
    const target = { adminObjectIds: [id.toUpperCase()] };
    expect(refusals(target, { deployer: id })).toContain("Remove it from the list");
    expect(refusals(target, { deployer: "22222222-1111-4111-8111-111111111111" })).toBe("");
  });
});
