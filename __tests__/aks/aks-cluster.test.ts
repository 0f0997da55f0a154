import { describe, expect, test } from "vitest";
import { azureEnvironment, azureProd, only, synthClusterStack } from "../support/stacks/aks-cluster-stack";
import { reaches } from "../support/stacks/dependency-graph";

const production = synthClusterStack(azureProd());
const cluster = only(production.resource["azurerm_kubernetes_cluster"]);

function clusterOf(target: object) {
  return only(synthClusterStack(azureEnvironment({ target })).resource["azurerm_kubernetes_cluster"]);
}

describe("names", () => {
  test("all derive from the environment's name", () => {
    expect(cluster).toMatchObject({
      name: "azure-prod",
      dns_prefix: "azure-prod",
      node_resource_group: "rg-azure-prod-nodes",
    });
    expect(production.resource["azurerm_resource_group"]?.["resource-group"]).toMatchObject({
      name: "rg-azure-prod",
      location: "westeurope",
    });
    expect(only(production.resource["azurerm_virtual_network"]).name).toBe("vnet-azure-prod");
  });

  test("the outputs are those of the contract, and hold no credential", () => {
    expect(Object.keys(production.output).sort()).toEqual([
      "cluster_endpoint",
      "cluster_name",
      "kubeconfig_command",
    ]);
    expect(production.output["cluster_name"]?.value).toBe("azure-prod");
    expect(production.output["cluster_endpoint"]?.value).toMatch(/https:\/\/.*\.fqdn/);
    expect(JSON.stringify(production)).not.toContain("kube_config");
    expect(JSON.stringify(production)).toContain("azurerm_kubernetes_cluster");
  });

  test("subscription and tenant are nowhere: they come from the environment", () => {
    expect(production.provider["azurerm"]?.[0]).toEqual({
      features: [{}],
      resource_provider_registrations: "none",
      resource_providers_to_register: [
        "Microsoft.ContainerService",
        "Microsoft.ManagedIdentity",
        "Microsoft.Network",
        "Microsoft.Compute",
        "Microsoft.Insights",
        "Microsoft.OperationalInsights",
      ],
    });
    expect(JSON.stringify(production)).not.toMatch(/[0-9a-f]{8}-[0-9a-f]{4}-/);
    const withAdmin = azureEnvironment({
      target: { adminObjectIds: ["11111111-1111-4111-8111-111111111111"] },
    });
    expect(JSON.stringify(synthClusterStack(withAdmin))).toMatch(/[0-9a-f]{8}-[0-9a-f]{4}-/);
  });
});

describe("identity and access", () => {
  const roles = Object.values(production.resource["azurerm_role_assignment"] ?? {});

  test("the cluster's own identity may join load balancers to the subnet", () => {
    expect(cluster["identity"].type).toBe("UserAssigned");
    const role = roles.find(({ scope }) => String(scope).includes("azurerm_subnet."));
    expect(role).toMatchObject({
      role_definition_name: "Network Contributor",
      principal_type: "ServicePrincipal",
    });
    expect(String(role?.["principal_id"])).toContain("azurerm_user_assigned_identity.");
  });

  test("it may link a private API server's name to the network, and read whose key encrypts the disks", () => {
    const rolesOf = (target: object) =>
      Object.values(
        synthClusterStack(azureEnvironment({ target })).resource["azurerm_role_assignment"] ?? {},
      ).map(({ scope, role_definition_name: role }) => `${role} on ${scope}`);
    const isPrivate = rolesOf({ apiServer: { kind: "private" } });
    expect(isPrivate).toContainEqual(
      expect.stringMatching(/^Network Contributor on .*azurerm_virtual_network\./),
    );
    const open = { apiServer: { kind: "open-to-the-internet" } };
    expect(rolesOf(open).join()).not.toContain("azurerm_virtual_network.");
    const withKey = rolesOf({ diskEncryptionSet: { name: "des", resourceGroupName: "rg-keys" } });
    expect(withKey).toContainEqual(expect.stringMatching(/^Reader on .*data\.azurerm_disk_encryption_set\./));
    expect(isPrivate.join()).not.toContain("disk_encryption_set");
  });

  test("only Entra ID lets anybody in, by Azure's roles; local accounts are off", () => {
    expect(cluster).toMatchObject({
      local_account_disabled: true,
      role_based_access_control_enabled: true,
      azure_active_directory_role_based_access_control: { azure_rbac_enabled: true },
    });
  });

  test("the deployer administers the cluster from before it exists, whoever applies next", () => {
    const role = roles.find((assignment) => String(assignment["principal_id"]).includes("client-config"));
    expect(role).toMatchObject({
      role_definition_name: "Azure Kubernetes Service RBAC Cluster Admin",
      scope: "${azurerm_resource_group.resource-group.id}",
      lifecycle: { ignore_changes: ["principal_id"] },
    });
  });

  test("further administrators get the same role", () => {
    const admin = "11111111-1111-4111-8111-111111111111";
    const stack = synthClusterStack(azureEnvironment({ target: { adminObjectIds: [admin] } }));
    const role = Object.values(stack.resource["azurerm_role_assignment"] ?? {}).find(
      (assignment) => assignment["principal_id"] === admin,
    );
    expect(role?.["role_definition_name"]).toBe("Azure Kubernetes Service RBAC Cluster Admin");
  });

  test("workloads can sign in to Azure by the cluster's OIDC issuer", () => {
    expect(cluster).toMatchObject({ oidc_issuer_enabled: true, workload_identity_enabled: true });
  });

  test("the API server is open to the given ranges only", () => {
    const apiServer = { kind: "restricted", authorizedRanges: ["198.51.100.0/24"] };
    expect(clusterOf({ apiServer })).toMatchObject({
      private_cluster_enabled: false,
      run_command_enabled: false,
      api_server_access_profile: { authorized_ip_ranges: ["198.51.100.0/24"] },
    });
    expect(clusterOf({ apiServer: { kind: "open-to-the-internet" } })).not.toHaveProperty(
      "api_server_access_profile",
    );
  });

  test("or it is private, as it is by default, with the run command as the door that is left", () => {
    const stack = synthClusterStack(azureEnvironment());
    expect(only(stack.resource["azurerm_kubernetes_cluster"])).toMatchObject({
      private_cluster_enabled: true,
      run_command_enabled: true,
    });
    expect(stack.output["cluster_endpoint"]?.value).toContain("private_fqdn");
  });
});

describe("node pools", () => {
  const pool = only(production.resource["azurerm_kubernetes_cluster_node_pool"]);

  test("are spread over the zones and scale between their bounds", () => {
    const shape = {
      zones: ["1", "2", "3"],
      auto_scaling_enabled: true,
      min_count: 3,
      os_disk_type: "Ephemeral",
    };
    expect(cluster["default_node_pool"]).toMatchObject({ ...shape, name: "system", max_count: 4 });
    expect(pool).toMatchObject({ ...shape, name: "mesh", mode: "User", max_count: 9 });
  });

  test("keep AKS' own pods apart where there is a user pool", () => {
    expect(cluster["default_node_pool"].only_critical_addons_enabled).toBe(true);
    expect(clusterOf({ userNodePools: [] })["default_node_pool"].only_critical_addons_enabled).toBe(false);
  });

  test("have no public addresses, encrypt on the host and follow the cluster's version", () => {
    for (const nodes of [cluster["default_node_pool"], pool]) {
      expect(nodes).toMatchObject({
        node_public_ip_enabled: false,
        host_encryption_enabled: true,
        orchestrator_version: cluster["kubernetes_version"],
      });
    }
  });

  test("move over a second pool when a size or a disk changes", () => {
    expect(cluster["default_node_pool"].temporary_name_for_rotation).toBe("systemtmp");
    expect(pool["temporary_name_for_rotation"]).toBe("meshtmp");
  });

  test("can have managed disks of a size, and one's own key", () => {
    const made = clusterOf({
      systemNodePool: { osDisk: { kind: "managed", sizeGb: 256 } },
      diskEncryptionSet: { name: "des-prod", resourceGroupName: "rg-keys" },
    });
    expect(made["default_node_pool"]).toMatchObject({ os_disk_type: "Managed", os_disk_size_gb: 256 });
    expect(made["disk_encryption_set_id"]).toContain("data.azurerm_disk_encryption_set.");
    expect(cluster).not.toHaveProperty("disk_encryption_set_id");
  });

  test("say that there are no labels, so that the last one can be taken away", () => {
    expect(pool["node_labels"]).toEqual({});
  });

  test("carry labels and taints", () => {
    const stack = synthClusterStack(
      azureEnvironment({
        target: {
          userNodePools: [{ name: "edge", labels: { role: "edge" }, taints: ["role=edge:NoSchedule"] }],
        },
      }),
    );
    expect(only(stack.resource["azurerm_kubernetes_cluster_node_pool"])).toMatchObject({
      node_labels: { role: "edge" },
      node_taints: ["role=edge:NoSchedule"],
    });
  });
});

describe("operation", () => {
  test("patches and node images come in the weekly window, minor versions from the file alone", () => {
    const window = { frequency: "Weekly", day_of_week: "Sunday", start_time: "02:00", duration: 4 };
    expect(cluster).toMatchObject({
      kubernetes_version: expect.stringMatching(/: "1\.35"\}$/),
      automatic_upgrade_channel: "patch",
      node_os_upgrade_channel: "NodeImage",
      maintenance_window_auto_upgrade: window,
      maintenance_window_node_os: window,
    });
    expect(clusterOf({ upgrades: { cluster: "none" } })).not.toHaveProperty("automatic_upgrade_channel");
  });

  test("a patch that AKS has made by itself is asked for again, so that no plan wants to go back", () => {
    expect(cluster["kubernetes_version"]).toMatch(
      /^\$\{startswith\((.*kubernetes_version.*), "1\.35\."\) \? \1 : "1\.35"\}$/,
    );
  });

  test("the tier decides the uptime promise", () => {
    expect(cluster["sku_tier"]).toBe("Standard");
    expect(clusterOf({ tier: "premium" })).toMatchObject({
      sku_tier: "Premium",
      support_plan: "AKSLongTermSupport",
    });
  });

  test("the control plane's logs go to Log Analytics when asked for", () => {
    expect(only(production.resource["azurerm_log_analytics_workspace"])["retention_in_days"]).toBe(30);
    const { enabled_log: logs } = only(production.resource["azurerm_monitor_diagnostic_setting"]);
    expect(logs).toContainEqual({ category: "kube-audit-admin" });
    expect(synthClusterStack(azureEnvironment()).resource).not.toHaveProperty(
      "azurerm_log_analytics_workspace",
    );
  });
});

describe("a gateway's static address", () => {
  test("is made in a resource group of its own, where the cluster may use it", () => {
    expect(only(production.resource["azurerm_public_ip"])).toMatchObject({
      name: "pip-azure-prod-ingress",
      allocation_method: "Static",
      sku: "Standard",
      zones: ["1", "2", "3"],
    });
    const roles = Object.values(production.resource["azurerm_role_assignment"] ?? {});
    expect(roles.filter(({ scope }) => String(scope).includes("addresses"))).toHaveLength(1);
  });

  test("carries the DNS label, because it belongs to the address", () => {
    const gateways = [
      {
        name: "web",
        exposure: { kind: "azure-lb", scheme: "public", staticAddress: true, dnsLabel: "shop-prod" },
      },
    ];
    const stack = synthClusterStack(azureEnvironment({ gateways }));
    expect(only(stack.resource["azurerm_public_ip"])["domain_name_label"]).toBe("shop-prod");
  });

  test("is not made unless asked for", () => {
    const gateways = [{ name: "web", exposure: { kind: "azure-lb", scheme: "public" } }];
    expect(synthClusterStack(azureEnvironment({ gateways })).resource).not.toHaveProperty(
      "azurerm_public_ip",
    );
  });
});

describe("cert-manager's identity", () => {
  const issuer = (provider: object) => ({
    issuers: [
      { kind: "acme", name: "letsencrypt", email: "ops@example.com", solver: { kind: "dns01", provider } },
    ],
  });

  test("is bound to its service account and may change the zone, without any secret", () => {
    const provider = { kind: "azure-dns", zoneName: "example.com", resourceGroupName: "rg-dns" };
    const stack = synthClusterStack(azureEnvironment({ certManager: issuer(provider) }));
    expect(only(stack.resource["azurerm_federated_identity_credential"])).toMatchObject({
      subject: "system:serviceaccount:cert-manager:cert-manager",
      audience: ["api://AzureADTokenExchange"],
    });
    const role = Object.values(stack.resource["azurerm_role_assignment"] ?? {}).find(
      (assignment) => assignment["role_definition_name"] === "DNS Zone Contributor",
    );
    expect(role?.["scope"]).toContain("data.azurerm_dns_zone.");
  });

  test("reaches a zone of another subscription by its id", () => {
    const provider = {
      kind: "azure-dns",
      zoneName: "example.com",
      resourceGroupName: "rg-dns",
      subscriptionId: "22222222-2222-4222-8222-222222222222",
    };
    const stack = synthClusterStack(azureEnvironment({ certManager: issuer(provider) }));
    expect(stack.data).not.toHaveProperty("azurerm_dns_zone");
    expect(JSON.stringify(stack.resource["azurerm_role_assignment"])).toContain(
      "/subscriptions/22222222-2222-4222-8222-222222222222/resourceGroups/rg-dns/providers/Microsoft.Network/dnsZones/example.com",
    );
  });

  test("is not made where no issuer needs it", () => {
    expect(production.resource).not.toHaveProperty("azurerm_federated_identity_credential");
  });
});

describe("order of destruction, the reverse of the dependencies", () => {
  test("the cluster goes before its roles, its subnet and its addresses", () => {
    for (const later of ["azurerm_role_assignment.identity_", "azurerm_subnet.", "azurerm_public_ip."]) {
      expect(reaches(production, "azurerm_kubernetes_cluster.", later)).toBe(true);
      expect(reaches(production, later, "azurerm_kubernetes_cluster.")).toBe(false);
    }
  });

  test("user pools go before the cluster, and everything before its resource group", () => {
    expect(reaches(production, "azurerm_kubernetes_cluster_node_pool.", "azurerm_kubernetes_cluster.")).toBe(
      true,
    );
    for (const type of [
      "azurerm_subnet.",
      "azurerm_kubernetes_cluster.",
      "azurerm_user_assigned_identity.",
    ]) {
      expect(reaches(production, type, "azurerm_resource_group.")).toBe(true);
    }
  });
});

describe("what Azure fixes when it makes the cluster", () => {
  const conditions = (
    cluster["lifecycle"].precondition as { condition: string; error_message: string }[]
  ).map(({ condition, error_message }) => ({ condition, message: error_message }));

  test.each([
    ["target.location", "[*].location", "westeurope"],
    ["target.network.podCidr", "pod_cidr", "10.244.0.0/16"],
    ["target.network.serviceCidr", "service_cidr", "172.20.0.0/16"],
    ["target.network.dataPlane", "network_policy", "calico"],
    ["target.network.subnetId", "vnet_subnet_id", "rg-azure-prod/vnet-azure-prod/snet-nodes"],
    ["target.apiServer.kind", "private_cluster_enabled", "false"],
    ["target.diskEncryptionSet.name", "disk_encryption_set_id", "none"],
  ])("%s is compared with the cluster that runs", (key, attribute, wanted) => {
    const found = conditions.find(({ message }) => message.includes(key));
    expect(found?.condition).toContain(attribute);
    expect(found?.condition).toContain(`== "${wanted}"`);
  });

  test("is not compared before there is a cluster: the list that finds it may be empty", () => {
    const lists = Object.values(production.data["azurerm_resources"] ?? {});
    expect(lists.find(({ name }) => name === "azure-prod")).toMatchObject({
      name: "azure-prod",
      type: "Microsoft.ContainerService/managedClusters",
      resource_group_name: "rg-azure-prod",
    });
    expect(cluster["tags"]).toMatchObject({ "istio-cdktf-environment": "azure-prod" });
    expect(only(production.data["azurerm_kubernetes_cluster"])["count"]).toMatch(
      /^\$\{length\(data\.azurerm_resources\./,
    );
    const ofTheCluster = conditions.filter(({ condition }) =>
      condition.includes("length(data.azurerm_resources.running_"),
    );
    expect(ofTheCluster.length).toBeGreaterThan(7);
    for (const { condition } of ofTheCluster) expect(condition).toMatch(/length\(.*\) < 1\) \|\|/);
  });

  test("neither is a version skipped nor taken back", () => {
    const step = conditions.find(({ message }) => message.includes("target.kubernetesVersion"));
    expect(step?.condition).toContain('"1.34."');
    expect(step?.condition).toContain('"1.35."');
    expect(step?.condition).not.toContain('"1.33."');
  });

  test("and nothing prevents the cluster's destruction on purpose", () => {
    expect(cluster["lifecycle"]).not.toHaveProperty("prevent_destroy");
  });
});
