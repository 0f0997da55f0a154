import { describe, expect, test } from "vitest";
import { aws, existing, warningWordingOf } from "../support/environments/environment-files";
import { check, gateway, gateways, nodePort, onto } from "../support/environments/rule-cases";
import { root } from "../support/environments/widest-environments";
import { synthesizeMesh } from "../support/stacks/synthesize-mesh";

const mesh = (keys: string, more = "") =>
  synthesizeMesh(`${existing}${more}${gateways(gateway(nodePort, keys))}\n`);
const dual = "ipFamilies: [IPv4, IPv6], ipFamilyPolicy: RequireDualStack";

describe("a gateway with both address families", () => {
  const both = mesh(dual);
  const one = mesh("");

  test("has a Service with both", () => {
    expect(both.values("istio-ingress")["service"]).toMatchObject({
      ipFamilies: ["IPv4", "IPv6"],
      ipFamilyPolicy: "RequireDualStack",
    });
    expect(one.values("istio-ingress")["service"]).not.toHaveProperty("ipFamilies");
    expect(one.values("istio-ingress")["service"]).not.toHaveProperty("ipFamilyPolicy");
  });

  test("has an Envoy that listens on both: istiod and the proxies are told", () => {
    const { env, meshConfig } = both.values("istiod");
    expect(env).toMatchObject({ ISTIO_DUAL_STACK: "true" });
    expect(meshConfig.defaultConfig.proxyMetadata).toEqual({ ISTIO_DUAL_STACK: "true" });
    expect(JSON.stringify(one.values("istiod"))).not.toContain("ISTIO_DUAL_STACK");
  });

  test("leaves what the mesh's CA tells the proxies", () => {
    const withCa = mesh(dual, `  ca: { kind: cacerts, secretName: corporate-ca, roots: [${root}] }\n`).values(
      "istiod",
    );
    expect(withCa["meshConfig"].defaultConfig.proxyMetadata).toEqual({
      PROXY_CONFIG_XDS_AGENT: "true",
      ISTIO_DUAL_STACK: "true",
    });
  });

  test("of an istiod that is left alone needs its owner's help", () => {
    const adopted = (keys: string) =>
      `${existing}  management: adopt\n${gateways(gateway(nodePort, keys))}\n`;
    expect(warningWordingOf(adopted(dual))).toContain("have ISTIO_DUAL_STACK: true");
    expect(warningWordingOf(adopted("ipFamilies: [IPv6]"))).not.toContain("ISTIO_DUAL_STACK");
  });
});

describe("address families that do not fit", () => {
  const families = (keys: string) => gateways(gateway(nodePort, keys));
  check([
    ...onto(existing, {
      "two of a single stack": [
        families("ipFamilies: [IPv6, IPv4]"),
        "gateways[0].ipFamilies: a Service of ipFamilyPolicy SingleStack has one family",
        families("ipFamilies: [IPv6, IPv4], ipFamilyPolicy: PreferDualStack"),
      ],
      "one family twice": [
        families("ipFamilies: [IPv6, IPv6], ipFamilyPolicy: RequireDualStack"),
        "each entry of the list stands once",
        families("ipFamilies: [IPv6], ipFamilyPolicy: RequireDualStack"),
      ],
    }),
    ...onto(aws, {
      "IPv6 of a cluster without it": [
        families("ipFamilies: [IPv6]"),
        "gateways[0].ipFamilies: the clusters that this project makes have IPv4",
        families("ipFamilies: [IPv4]"),
      ],
      "both of a cluster with one": [
        families("ipFamilyPolicy: RequireDualStack"),
        "gateways[0].ipFamilyPolicy: the clusters that this project makes have IPv4",
        families("ipFamilyPolicy: PreferDualStack"),
      ],
    }),
  ]);
});
