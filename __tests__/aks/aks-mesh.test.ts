import { describe, expect, test } from "vitest";
import { azureEnvironment, azureProd, only } from "../support/stacks/aks-cluster-stack";
import { synthMeshStack, valuesOf } from "../support/stacks/aks-mesh-stack";

const production = synthMeshStack(azureProd());
const prefix = "service.beta.kubernetes.io";

function serviceOf(exposure: object, more: object = {}) {
  const gateways = [{ name: "web", exposure: { kind: "azure-lb", ...exposure }, ...more }];
  return valuesOf(synthMeshStack(azureEnvironment({ gateways })), "istio-web").service;
}

describe("access to the cluster", () => {
  test("the cluster is found by its name, with no word from the other stack", () => {
    expect(only(production.data["azurerm_kubernetes_cluster"])).toMatchObject({
      name: "azure-prod",
      resource_group_name: "rg-azure-prod",
    });
    expect(JSON.stringify(production)).not.toContain("terraform_remote_state");
    expect(production.output["cluster_name"]?.value).toBe("azure-prod");
  });

  test("both providers sign in by kubelogin, and keep no token", () => {
    const helm = production.provider["helm"]?.[0]?.["kubernetes"];
    const kubernetes = production.provider["kubernetes"]?.[0];
    expect(helm.exec).toMatchObject({
      command: "kubelogin",
      args: ["get-token", "--server-id", "6dae42f8-4368-4678-94ff-3960e28e3630", "--login", "azurecli"],
    });
    expect(kubernetes?.["exec"]).toEqual([helm.exec]);
    for (const provider of [helm, kubernetes]) {
      expect(Object.keys(provider).sort()).toEqual(["cluster_ca_certificate", "exec", "host"]);
    }
  });

  test.each([
    ["azure-cli", ["--login", "azurecli"]],
    ["workload-identity", ["--login", "workloadidentity"]],
    ["service-principal", ["--login", "spn", "--use-azurerm-env-vars"]],
  ])("login %s is kubelogin's %j", (login, expected) => {
    const stack = synthMeshStack(azureEnvironment({ target: { login } }));
    expect(stack.provider["kubernetes"]?.[0]?.["exec"][0].args.slice(3)).toEqual(expected);
  });

  test("the administrator's kubeconfig, a local account, is not read", () => {
    expect(JSON.stringify(production)).not.toContain("kube_admin_config");
    expect(JSON.stringify(production)).toContain("kube_config");
  });
});

test("AKS' admissions enforcer leaves the injector alone", () => {
  expect(valuesOf(production, "istiod").sidecarInjectorWebhookAnnotations).toEqual({
    "admissions.enforcer/disabled": "true",
  });
});

describe("a gateway behind Azure's load balancer", () => {
  test("is internal unless the file says public", () => {
    expect(serviceOf({}).annotations[`${prefix}/azure-load-balancer-internal`]).toBe("true");
    expect(serviceOf({ scheme: "public" }).annotations[`${prefix}/azure-load-balancer-internal`]).toBe(
      "false",
    );
  });

  test("takes the address that the cluster stack keeps for it", () => {
    const { annotations } = valuesOf(production, "istio-ingress").service;
    expect(annotations).toMatchObject({
      [`${prefix}/azure-pip-name`]: "pip-azure-prod-ingress",
      [`${prefix}/azure-load-balancer-resource-group`]: "rg-azure-prod-addresses",
    });
    expect(serviceOf({ scheme: "public" }).annotations).not.toHaveProperty([`${prefix}/azure-pip-name`]);
  });

  test("takes a private address of the subnet", () => {
    const { annotations } = serviceOf({ privateAddress: "10.0.15.250" });
    expect(annotations[`${prefix}/azure-load-balancer-ipv4`]).toBe("10.0.15.250");
  });

  test("has its DNS label from the Service, or from the static address, never from both", () => {
    const label = `${prefix}/azure-dns-label-name`;
    const labelled = { scheme: "public", dnsLabel: "shop-prod" };
    expect(serviceOf(labelled).annotations[label]).toBe("shop-prod");
    expect(serviceOf({ ...labelled, staticAddress: true }).annotations).not.toHaveProperty([label]);
  });

  test("lets in the given ranges", () => {
    expect(serviceOf({ allowedSourceRanges: ["198.51.100.0/24"] }).loadBalancerSourceRanges).toEqual([
      "198.51.100.0/24",
    ]);
    expect(serviceOf({})).not.toHaveProperty("loadBalancerSourceRanges");
  });

  test("lets in service tags beside the ranges, which then stand where no node enforces them", () => {
    const tagged = serviceOf({
      allowedServiceTags: ["AzureFrontDoor.Backend", "Internet"],
      allowedSourceRanges: ["198.51.100.0/24"],
    });
    expect(tagged.annotations).toMatchObject({
      [`${prefix}/azure-allowed-service-tags`]: "AzureFrontDoor.Backend,Internet",
      [`${prefix}/azure-allowed-ip-ranges`]: "198.51.100.0/24",
    });
    expect(tagged).not.toHaveProperty("loadBalancerSourceRanges");
    expect(Object.keys(serviceOf({}).annotations).filter((key) => key.includes("allowed"))).toEqual([]);
  });

  test("has its address in a subnet of its own", () => {
    expect(serviceOf({ subnetName: "edge" }).annotations).toMatchObject({
      [`${prefix}/azure-load-balancer-internal-subnet`]: "edge",
    });
    expect(serviceOf({}).annotations).not.toHaveProperty([`${prefix}/azure-load-balancer-internal-subnet`]);
  });

  test("is probed as often as asked, and a pod that stops waits until Azure has noticed", () => {
    const values = (probe: object) => {
      const gateways = [{ name: "web", exposure: { kind: "azure-lb", probe } }];
      return valuesOf(synthMeshStack(azureEnvironment({ gateways })), "istio-web");
    };
    const asked = values({ intervalSeconds: 10, failures: 3 });
    expect(asked.service.annotations).toMatchObject({
      [`${prefix}/azure-load-balancer-health-probe-interval`]: "10",
      [`${prefix}/azure-load-balancer-health-probe-num-of-probe`]: "3",
    });
    expect(asked.lifecycle.preStop.sleep.seconds).toBe(35);
    expect(values({}).lifecycle.preStop.sleep.seconds).toBe(15);
    expect(Object.keys(values({}).service.annotations).filter((key) => /interval|num-of/.test(key))).toEqual(
      [],
    );
  });

  test("sees the clients' addresses, or spreads over all nodes", () => {
    expect(serviceOf({}).externalTrafficPolicy).toBe("Local");
    expect(serviceOf({ preserveClientIp: false }).externalTrafficPolicy).toBe("Cluster");
  });

  test("is probed on every port by Envoy's own readiness, which is a port of the Service", () => {
    const { annotations, ports } = serviceOf({}, { ports: [{ kind: "tcp", name: "mqtt", port: 8883 }] });
    const numbers = (ports as { port: number }[]).map(({ port }) => port);
    expect(numbers).toEqual(expect.arrayContaining([80, 8883, 15021]));
    for (const port of numbers.filter((number) => number !== 15021)) {
      expect(annotations).toMatchObject({
        [`${prefix}/port_${port}_health-probe_protocol`]: "Http",
        [`${prefix}/port_${port}_health-probe_port`]: "15021",
        [`${prefix}/port_${port}_health-probe_request-path`]: "/healthz/ready",
      });
    }
  });

  test("forwards nothing to readiness unless the file asks for it, and the outputs say so", () => {
    const read = (exposure: object) => {
      const gateways = [{ name: "web", exposure: { kind: "azure-lb", ...exposure } }];
      const stack = synthMeshStack(azureEnvironment({ gateways }));
      const { annotations } = valuesOf(stack, "istio-web").service;
      return {
        status: stack.output["gateway_status_port"]?.value,
        annotations: Object.keys(annotations).filter((key) => key.includes("port_15021")),
      };
    };
    expect(read({})).toEqual({
      status: "",
      annotations: [`${prefix}/port_15021_no_lb_rule`, `${prefix}/port_15021_no_probe_rule`],
    });
    expect(read({ exposeStatusPort: true })).toMatchObject({
      status: "15021",
      annotations: expect.not.arrayContaining([`${prefix}/port_15021_no_lb_rule`]),
    });
  });
});

describe("DNS", () => {
  const dns = { kind: "azure-dns", zoneName: "example.com", resourceGroupName: "rg-dns" };
  const recordsFor = (hosts: string[]) => {
    const tls = { issuer: "prod-ca", hosts };
    const gateways = [{ name: "web", exposure: { kind: "azure-lb" }, tls, dns }];
    const certManager = { issuers: [{ kind: "self-signed-ca", name: "prod-ca" }] };
    return Object.values(
      synthMeshStack(azureEnvironment({ gateways, certManager })).resource["azurerm_dns_a_record"] ?? {},
    );
  };

  test("every host of the certificate gets a record at the gateway's address", () => {
    const records = recordsFor(["shop.example.com", "example.com", "*.example.com"]);
    expect(records.map(({ name }) => name)).toEqual(expect.arrayContaining(["shop", "@", "*"]));
    for (const record of records) {
      expect(record).toMatchObject({ zone_name: "example.com", resource_group_name: "rg-dns", ttl: 300 });
      expect(record["records"][0]).toContain("load_balancer");
    }
  });

  test("no record is made unless a zone is given", () => {
    expect(production.resource).not.toHaveProperty("azurerm_dns_a_record");
  });

  test("cert-manager changes the zone by the identity that is bound to it", () => {
    const solver = { kind: "dns01", provider: dns };
    const certManager = { issuers: [{ kind: "acme", name: "le", email: "ops@example.com", solver }] };
    const stack = synthMeshStack(azureEnvironment({ certManager }));
    expect(only(stack.data["azurerm_user_assigned_identity"])["name"]).toBe("id-azure-test-cert-manager");
    const values = valuesOf(stack, "cert-manager");
    expect(values.podLabels).toEqual({ "azure.workload.identity/use": "true" });
    expect(values.serviceAccount.annotations["azure.workload.identity/client-id"]).toContain("client_id");
    expect(valuesOf(production, "cert-manager")).not.toHaveProperty("podLabels");
  });
});
