import { describe, expect, test } from "vitest";
import { existing } from "../support/environments/environment-files";
import { onAzure } from "../support/environments/existing-on-cloud";
import { check, gateway, gateways, onto } from "../support/environments/rule-cases";
import { synthesizeMesh } from "../support/stacks/synthesize-mesh";

const azureLb = (keys = "") => `${gateways(gateway(`{ kind: azure-lb${keys} }`))}\n`;
const publicStatic = ", scheme: public, staticAddress: true";

const prefix = "service.beta.kubernetes.io/azure";

describe("a load balancer on a cluster that exists on Azure", () => {
  test("is asked for by the Service, and internal unless the file says otherwise", () => {
    const mesh = synthesizeMesh(onAzure + azureLb());
    const { annotations } = mesh.values("istio-ingress")["service"];
    expect(annotations[`${prefix}-load-balancer-internal`]).toBe("true");
    expect(Object.keys(mesh.json.resource)).not.toContain("azurerm_public_ip");
  });

  test("has a static address of the mesh stack's, in the group and the subscription that the file names", () => {
    const mesh = synthesizeMesh(onAzure + azureLb(`${publicStatic}, dnsLabel: shop`));
    const [[id, address] = []] = Object.entries(mesh.json.resource["azurerm_public_ip"] ?? {});
    expect(address).toMatchObject({
      name: "pip-lab-ingress",
      resource_group_name: "rg-shop",
      location: "westeurope",
      zones: ["1", "2", "3"],
      domain_name_label: "shop",
      tags: { "istio-cdktf-environment": "lab" },
    });
    expect(mesh.json.provider["azurerm"]).toMatchObject([
      { subscription_id: "11111111-1111-4111-8111-111111111111" },
    ]);
    const { annotations } = mesh.values("istio-ingress")["service"];
    expect(annotations).toMatchObject({
      [`${prefix}-pip-name`]: "pip-lab-ingress",
      [`${prefix}-load-balancer-resource-group`]: "rg-shop",
    });
    // Azure does not delete an address that a load balancer has: the Service goes first, and comes later.
    expect(mesh.follows(mesh.releaseAddress("istio-ingress"), `azurerm_public_ip.${id}`)).toBe(true);
    expect(address?.["lifecycle"]).toEqual({ create_before_destroy: true });
  });

  test("has no zones where the location has none", () => {
    const without = onAzure.replace("location: westeurope", "location: westus, zones: []");
    const mesh = synthesizeMesh(without + azureLb(publicStatic));
    const [address] = Object.values(mesh.json.resource["azurerm_public_ip"] ?? {});
    expect(address).toMatchObject({ location: "westus" });
    expect(address).not.toHaveProperty("zones");
  });

  test("tells AKS to leave Istio's injector as it is, which elsewhere nobody rewrites", () => {
    const annotationsOn = (base: string) =>
      synthesizeMesh(base).values("istiod")["sidecarInjectorWebhookAnnotations"] as unknown;
    expect(annotationsOn(onAzure)).toEqual({ "admissions.enforcer/disabled": "true" });
    expect(annotationsOn(existing)).toBeUndefined();
  });

  test("has records in Azure DNS, in the same subscription", () => {
    const tls = "tls: { issuer: ca, hosts: [a.example.com] }";
    const dns = "dns: { kind: azure-dns, zoneName: example.com, resourceGroupName: rg-dns }";
    const mesh = synthesizeMesh(
      `${onAzure}${gateways(gateway("{ kind: azure-lb }", `${tls}, ${dns}`))}
certManager: { issuers: [{ kind: self-signed-ca, name: ca }] }
`,
    );
    const [record] = Object.values(mesh.json.resource["azurerm_dns_a_record"] ?? {});
    expect(record).toMatchObject({ name: "a", zone_name: "example.com", resource_group_name: "rg-dns" });
    expect(mesh.json.provider["azurerm"]).toHaveLength(1);
  });
});

describe("what a cluster that exists on Azure cannot be asked for", () => {
  check([
    ...onto(onAzure, {
      "an exposure of another cloud": [
        gateways(gateway("{ kind: nlb }")),
        "target existing on azure offers azure-lb, nodeport, load-balancer or clusterip",
        gateways(gateway("{ kind: azure-lb }")),
      ],
    }),
    ...onto(existing, {
      "a load balancer, as long as the file does not say that the cluster stands there": [
        gateways(gateway("{ kind: azure-lb }")),
        "set it to nodeport, or say in target.cloud where on Azure the cluster stands",
        gateways(gateway("{ kind: load-balancer }")),
      ],
    }),
  ]);
});
