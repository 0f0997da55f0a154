import { describe, expect, test } from "vitest";
import { azureEnvironment, azureProd, only, synthClusterStack } from "../support/stacks/aks-cluster-stack";
import { reaches } from "../support/stacks/dependency-graph";

const production = synthClusterStack(azureProd());
const cluster = only(production.resource["azurerm_kubernetes_cluster"]);

function clusterOf(target: object) {
  return only(synthClusterStack(azureEnvironment({ target })).resource["azurerm_kubernetes_cluster"]);
}

describe("network", () => {
  test("is Azure CNI overlay, with pods and Services outside the virtual network", () => {
    expect(cluster["network_profile"]).toMatchObject({
      network_plugin: "azure",
      network_plugin_mode: "overlay",
      network_data_plane: "azure",
      network_policy: "calico",
      pod_cidr: "10.244.0.0/16",
      service_cidr: "172.20.0.0/16",
      dns_service_ip: "172.20.0.10",
      load_balancer_sku: "standard",
      outbound_type: "loadBalancer",
    });
    expect(only(production.resource["azurerm_subnet"])).toMatchObject({
      address_prefixes: ["10.0.0.0/20"],
      default_outbound_access_enabled: false,
    });
  });

  test("lets out so many connections of each node that the addresses suffice for all of them", () => {
    const profile = (outbound: object, maxCount = 10) =>
      clusterOf({ network: { outbound }, userNodePools: [{ name: "mesh", maxCount }] })["network_profile"]
        .load_balancer_profile;
    // 4 + 9 nodes and a third of each more are 18, and one address has ports for 16.
    expect(cluster["network_profile"].load_balancer_profile).toEqual({
      managed_outbound_ip_count: 2,
      outbound_ports_allocated: 4000,
    });
    expect(profile({ kind: "load-balancer", portsPerNode: 1024 }, 9)).toEqual({
      managed_outbound_ip_count: 1,
      outbound_ports_allocated: 1024,
    });
    expect(profile({ kind: "load-balancer", portsPerNode: 1024 }, 90).managed_outbound_ip_count).toBe(3);
  });

  test("can have a NAT gateway of its own, which is there before the nodes and goes after them", () => {
    const outbound = { kind: "nat-gateway", addresses: 2 };
    const stack = synthClusterStack(azureEnvironment({ target: { network: { outbound } } }));
    const profile = only(stack.resource["azurerm_kubernetes_cluster"])["network_profile"];
    expect(profile.outbound_type).toBe("userAssignedNATGateway");
    expect(profile).not.toHaveProperty("load_balancer_profile");
    expect(Object.values(stack.resource["azurerm_public_ip"] ?? {}).map(({ name }) => name)).toEqual([
      "ng-azure-test-1",
      "ng-azure-test-2",
    ]);
    for (const needed of [
      "azurerm_nat_gateway_public_ip_association",
      "azurerm_subnet_nat_gateway_association",
    ]) {
      expect(reaches(stack, "azurerm_kubernetes_cluster.", `${needed}.`)).toBe(true);
    }
    expect(production.resource).not.toHaveProperty("azurerm_nat_gateway");
  });

  describe("that exists", () => {
    const subscription = "33333333-3333-4333-8333-333333333333";
    const virtualNetwork = `/subscriptions/${subscription}/resourceGroups/rg-hub/providers/Microsoft.Network/virtualNetworks/vnet-hub`;
    const network = { kind: "existing", subnetId: `${virtualNetwork}/subnets/aks` };
    const stackOf = (target: object) => synthClusterStack(azureEnvironment({ target }));
    const existing = stackOf({ network });

    test("is read in its subscription, and gets nothing of ours", () => {
      const made = Object.keys(existing.resource).filter((type) =>
        /virtual_network|subnet|nat_gateway|route/.test(type),
      );
      expect(made).toEqual([]);
      expect(Object.keys(production.resource)).toEqual(expect.arrayContaining(["azurerm_subnet"]));
      expect(only(existing.data["azurerm_subnet"])).toMatchObject({
        name: "aks",
        virtual_network_name: "vnet-hub",
        resource_group_name: "rg-hub",
        provider: `azurerm.subscription-${subscription}`,
      });
      expect(
        existing.provider["azurerm"]?.map(({ alias, subscription_id }) => ({ alias, subscription_id })),
      ).toEqual([{}, { alias: `subscription-${subscription}`, subscription_id: subscription }]);
    });

    test("takes the nodes of every pool, and the cluster may join load balancers to it", () => {
      const made = only(existing.resource["azurerm_kubernetes_cluster"]);
      const pool = only(existing.resource["azurerm_kubernetes_cluster_node_pool"]);
      for (const nodes of [made["default_node_pool"], pool])
        expect(nodes.vnet_subnet_id).toBe(network.subnetId);
      const scopes = Object.values(existing.resource["azurerm_role_assignment"] ?? {}).flatMap((role) =>
        role["role_definition_name"] === "Network Contributor" ? [role["scope"]] : [],
      );
      expect(scopes.sort()).toEqual([virtualNetwork, network.subnetId]);
    });

    test.each([
      ["load-balancer", "loadBalancer"],
      ["nat-gateway", "userAssignedNATGateway"],
      ["user-defined-routes", "userDefinedRouting"],
    ])("lets nodes out by %s", (kind, outboundType) => {
      const made = only(
        stackOf({ network: { ...network, outbound: { kind } } }).resource["azurerm_kubernetes_cluster"],
      );
      expect(made["network_profile"].outbound_type).toBe(outboundType);
      expect(made["network_profile"].load_balancer_profile !== undefined).toBe(kind === "load-balancer");
    });

    test("can keep the API server's name in a zone of yours, which the cluster may change", () => {
      const zone = `/subscriptions/${subscription}/resourceGroups/rg-dns/providers/Microsoft.Network/privateDnsZones/privatelink.westeurope.azmk8s.io`;
      const stack = stackOf({ network, apiServer: { kind: "private", privateDnsZoneId: zone } });
      expect(only(stack.resource["azurerm_kubernetes_cluster"])["private_dns_zone_id"]).toBe(zone);
      const roles = Object.values(stack.resource["azurerm_role_assignment"] ?? {});
      expect(roles.find(({ scope }) => scope === zone)?.["role_definition_name"]).toBe(
        "Private DNS Zone Contributor",
      );
      expect(only(existing.resource["azurerm_kubernetes_cluster"])).not.toHaveProperty("private_dns_zone_id");
    });
  });

  test("can be Cilium's, whose engine enforces policies", () => {
    const { network_profile: profile } = clusterOf({ network: { dataPlane: { kind: "cilium" } } });
    expect(profile).toMatchObject({ network_data_plane: "cilium", network_policy: "cilium" });
    expect(profile).not.toHaveProperty("advanced_networking");
  });

  test("has observability and security only with Cilium, and only when asked for", () => {
    const dataPlane = { kind: "cilium", observability: true };
    expect(clusterOf({ network: { dataPlane } })["network_profile"]).toMatchObject({
      advanced_networking: { observability_enabled: true, security_enabled: false },
    });
    const onAzure = { kind: "azure", observability: true };
    expect(() => clusterOf({ network: { dataPlane: onAzure } })).toThrow(/observability/);
  });

  test("gives the subnet a range of its own when the file names one", () => {
    const stack = synthClusterStack(
      azureEnvironment({ target: { network: { cidr: "10.8.0.0/16", subnetCidr: "10.8.64.0/22" } } }),
    );
    expect(only(stack.resource["azurerm_subnet"])["address_prefixes"]).toEqual(["10.8.64.0/22"]);
  });
});
