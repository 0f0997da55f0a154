import { azureEnvironment } from "./aks-cluster-stack";

const dns = { kind: "azure-dns", zoneName: "example.com", resourceGroupName: "rg-dns" };

/** Every option at once, in two environments because some exclude each other. */
export const everything = [
  azureEnvironment({
    target: {
      tier: "premium",
      network: { dataPlane: { kind: "cilium", observability: true, security: true } },
      adminObjectIds: ["11111111-1111-4111-8111-111111111111"],
      diskEncryptionSet: { name: "des", resourceGroupName: "rg-keys" },
      systemNodePool: { osDisk: { kind: "managed" } },
      userNodePools: [{ name: "mesh" }, { name: "edge", labels: { a: "b" }, taints: ["a=b:NoSchedule"] }],
      login: "service-principal",
      logAnalytics: {},
    },
    gateways: [
      {
        name: "web",
        exposure: {
          kind: "azure-lb",
          scheme: "public",
          staticAddress: true,
          dnsLabel: "shop-prod",
          exposeStatusPort: true,
        },
        tls: { issuer: "letsencrypt", hosts: ["shop.example.com", "*.example.com"] },
        dns,
      },
      {
        name: "inner",
        exposure: {
          kind: "azure-lb",
          privateAddress: "10.0.15.250",
          subnetName: "edge",
          allowedServiceTags: ["AzureFrontDoor.Backend"],
          allowedSourceRanges: ["198.51.100.0/24"],
          probe: { intervalSeconds: 10, failures: 3 },
        },
      },
    ],
    certManager: {
      issuers: [
        {
          kind: "acme",
          name: "letsencrypt",
          email: "ops@example.com",
          solver: { kind: "dns01", provider: dns },
        },
      ],
    },
  }),
  azureEnvironment({
    name: "azure-hub",
    target: {
      network: {
        kind: "existing",
        subnetId:
          "/subscriptions/33333333-3333-4333-8333-333333333333/resourceGroups/rg-hub/providers/Microsoft.Network/virtualNetworks/vnet-hub/subnets/aks",
        outbound: { kind: "user-defined-routes" },
      },
      apiServer: {
        kind: "private",
        privateDnsZoneId:
          "/subscriptions/33333333-3333-4333-8333-333333333333/resourceGroups/rg-dns/providers/Microsoft.Network/privateDnsZones/privatelink.westeurope.azmk8s.io",
      },
    },
  }),
  azureEnvironment({
    name: "azure-nat",
    target: { network: { outbound: { kind: "nat-gateway", addresses: 2 } } },
  }),
  azureEnvironment({
    target: {
      tier: "free",
      zones: [],
      apiServer: { kind: "restricted", authorizedRanges: ["198.51.100.0/24"] },
      userNodePools: [],
      upgrades: { cluster: "none", nodeOs: "none" },
    },
  }),
];
