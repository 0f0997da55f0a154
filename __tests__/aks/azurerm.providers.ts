import { describe, expect, test } from "vitest";
import { azureProd, synthClusterStack, type StackJson } from "../support/stacks/aks-cluster-stack";
import { everything } from "../support/stacks/aks-every-option";
import { synthMeshStack } from "../support/stacks/aks-mesh-stack";
import { expectValid, prepared } from "../support/terraform/terraform-workspace";

// Terraform starts a provider of hundreds of megabytes for each of these.
const options = { timeout: 120_000 };

const production = synthClusterStack(azureProd());
const cluster = prepared("azure-prod-cluster", production);
const mesh = prepared("azure-prod-mesh", synthMeshStack(azureProd()));

describe.skipIf(cluster === undefined)("the cluster stack and azurerm's own schema", options, () => {
  test("agree on azure-prod", () => expectValid(cluster, production));

  test.each(everything)("agree on every option of $target.tier", (environment) =>
    expectValid(cluster, synthClusterStack(environment)),
  );

  test("disagree on an argument that does not exist, so that validation means something", () => {
    const broken = structuredClone(production);
    for (const block of Object.values(broken.resource["azurerm_subnet"] ?? {})) block["no_such_argument"] = 1;
    cluster?.write(broken);
    expect(cluster?.run("validate", "-json").stdout).toContain("no_such_argument");
  });
});

describe.skipIf(mesh === undefined)(
  "the mesh stack and the schemas of azurerm, helm and kubernetes",
  options,
  () => {
    test("agree on azure-prod", () => expectValid(mesh, synthMeshStack(azureProd())));

    test.each(everything)("agree on every option of $target.tier", (environment) =>
      expectValid(mesh, synthMeshStack(environment)),
    );
  },
);

/** Address of the block of a type whose name has that part. */
function addressOf(type: string, blocks: StackJson["resource"], part = ""): string {
  return `${type}.${Object.keys(blocks[type] ?? {}).find((name) => name.includes(part))}`;
}

/** What Azure answers about the cluster of azure-prod, with some of it different from the file. */
function runningCluster(different: object = {}) {
  const network = { pod_cidr: "10.244.0.0/16", service_cidr: "172.20.0.0/16", network_policy: "calico" };
  return {
    kubernetes_version: "1.35",
    location: "westeurope",
    network_profile: [network],
    private_cluster_enabled: false,
    disk_encryption_set_id: "",
    agent_pool_profile: ["system", "mesh"].map((name) => ({
      name,
      vm_size: "Standard_D4ds_v5",
      zones: ["1", "2", "3"],
      vnet_subnet_id:
        "/subscriptions/s/resourceGroups/rg-azure-prod/providers/Microsoft.Network/virtualNetworks/vnet-azure-prod/subnets/snet-nodes",
      node_taints: name === "system" ? ["CriticalAddonsOnly=true:NoSchedule"] : [],
    })),
    ...different,
  };
}

const someId = "11111111-1111-4111-8111-111111111111";

/** A run of `terraform test` that plans azure-prod against what Azure answers. */
function plan(running: object | undefined, expectFailures: readonly string[] = []) {
  const list = `data.${addressOf("azurerm_resources", production.data, "running")}`;
  const addresses = `data.${addressOf("azurerm_resources", production.data, "addresses")}`;
  const found = `data.${addressOf("azurerm_kubernetes_cluster", production.data)}`;
  return {
    command: "plan",
    override_data: [
      {
        target: "data.azurerm_client_config.client-config",
        values: { tenant_id: someId, object_id: someId },
      },
      { target: list, values: { resources: running === undefined ? [] : [{ name: "azure-prod" }] } },
      { target: addresses, values: { resources: [] } },
      ...(running === undefined ? [] : [{ target: found, values: running }]),
    ],
    ...(expectFailures.length > 0 && { expect_failures: expectFailures }),
  };
}

describe.skipIf(cluster === undefined)("a plan of azure-prod, with Azure's answers made up", options, () => {
  const guarded = [addressOf("azurerm_kubernetes_cluster", production.resource)];
  const cases: Record<string, object> = {
    before_there_is_a_cluster: plan(undefined),
    with_the_cluster_as_the_file_says: plan(runningCluster()),
    with_a_cluster_that_azure_patched: {
      ...plan(runningCluster({ kubernetes_version: "1.35.4" })),
      assert: [
        {
          condition: `\${${guarded[0]}.kubernetes_version == "1.35.4"}`,
          error_message: "the patch is taken back",
        },
      ],
    },
    with_the_version_before: {
      ...plan(runningCluster({ kubernetes_version: "1.34.9" })),
      assert: [{ condition: `\${${guarded[0]}.kubernetes_version == "1.35"}`, error_message: "no upgrade" }],
    },
    with_a_version_two_before: plan(runningCluster({ kubernetes_version: "1.33.2" }), guarded),
    with_a_later_version: plan(runningCluster({ kubernetes_version: "1.36.0" }), guarded),
    with_another_location: plan(runningCluster({ location: "northeurope" }), guarded),
    with_a_private_cluster: plan(runningCluster({ private_cluster_enabled: true }), guarded),
    with_ones_own_disk_key: plan(
      runningCluster({ disk_encryption_set_id: "/subscriptions/s/resourceGroups/r/diskEncryptionSets/des" }),
      guarded,
    ),
    with_other_ranges: plan(
      runningCluster({
        network_profile: [{ pod_cidr: "10.9.0.0/16", service_cidr: "10.8.0.0/16", network_policy: "cilium" }],
      }),
      guarded,
    ),
  };

  test.each(Object.entries(cases))("%s goes as it should", (name, run) => {
    cluster?.write(production, { [name]: { mock_provider: { azurerm: {} }, run: { [name]: run } } });
    const result = cluster?.run("test", "-no-color");
    expect(`${result?.stdout}${result?.stderr}`).toContain("1 passed, 0 failed");
  });

  test("a refusal that does not come is a failure, so that the cases above mean something", () => {
    const run = plan(runningCluster(), guarded);
    cluster?.write(production, { none: { mock_provider: { azurerm: {} }, run: { none: run } } });
    expect(cluster?.run("test", "-no-color").stdout).toContain("0 passed, 1 failed");
  });
});
