import { describe, expect, test } from "vitest";
import {
  aws,
  azure,
  existing,
  warningsOf,
  warningWordingOf,
} from "../support/environments/environment-files";
import { check, gateway, gateways, nodePort, onto } from "../support/environments/rule-cases";

describe("an exposure that the target cannot give", () => {
  const says = (target: string, offered: string) => `exposure.kind: target ${target} offers ${offered}, got`;
  check([
    ...onto(azure, {
      "nlb on Azure": [
        gateways(gateway("{ kind: nlb }")),
        says("azure", "azure-lb, nodeport or clusterip"),
        gateways(gateway("{ kind: azure-lb }")),
      ],
    }),
    ...onto(aws, {
      "azure-lb on AWS": [
        gateways(gateway("{ kind: azure-lb }")),
        says("aws", "nlb, nodeport or clusterip"),
        gateways(gateway("{ kind: nlb }")),
      ],
    }),
    ...onto(existing, {
      "nlb on a cluster that exists": [
        gateways(gateway("{ kind: nlb }")),
        says("existing", "nodeport, metallb, load-balancer or clusterip"),
        gateways(gateway("{ kind: metallb, pool: { kind: existing } }")),
      ],
    }),
  ]);
});

describe("DNS records", () => {
  const tls = "tls: { issuer: ca, hosts: [shop.example.com] }";
  const ca = "certManager: { issuers: [{ kind: self-signed-ca, name: ca }] }";
  const route53 = "dns: { kind: route53, zoneId: Z0123456789 }";
  const azureDns = "dns: { kind: azure-dns, zoneName: example.com, resourceGroupName: dns }";
  const two = (first: string, second: string, exposure = "nlb") =>
    gateways(gateway(`{ kind: ${exposure} }`, first), gateway(`{ kind: ${exposure} }`, second, "second"));
  check([
    ...onto(`${aws}${ca}\n`, {
      "in Azure DNS for a gateway on AWS": [
        gateways(gateway("{ kind: nlb }", `${tls}, ${azureDns}`)),
        "dns.kind: target aws has credentials for route53",
        gateways(gateway("{ kind: nlb }", `${tls}, ${route53}`)),
      ],
      "without host names": [
        gateways(gateway("{ kind: nlb }", route53)),
        "gateways[0].dns: records are made for tls.hosts",
        gateways(gateway("{ kind: nlb }", `${tls}, ${route53}`)),
      ],
    }),
    ...onto(`${aws}${ca}\n`, {
      "of one zone for two gateways": [
        two(`${tls}, ${route53}`, `${tls}, ${route53}`),
        'gateways[1].tls.hosts[0]: a record leads to one gateway, and gateway ingress has it in the same zone, got "shop.example.com"',
        two(`${tls}, ${route53}`, `${tls}, ${route53.replace("Z0123456789", "Z9876543210")}`),
      ],
    }),
    ...onto(`${azure}${ca}\n`, {
      "of one zone for two gateways on Azure, whose names have no case": [
        two(`${tls}, ${azureDns}`, `${tls}, ${azureDns.replace("dns }", "DNS }")}`, "azure-lb"),
        "gateways[1].tls.hosts[0]: a record leads to one gateway",
        two(`${tls}, ${azureDns}`, `${tls.replace("shop", "api")}, ${azureDns}`, "azure-lb"),
      ],
    }),
    ...onto(`${existing}${ca}\n`, {
      "for a cluster that exists": [
        gateways(gateway(nodePort, `${tls}, ${route53}`)),
        'target existing has credentials for no DNS provider, got "route53"; replace dns by { kind: external-dns }',
        gateways(gateway(nodePort, tls)),
      ],
    }),
  ]);
});

describe("a load balancer of any controller", () => {
  const at = (address: string) => `{ kind: load-balancer, address: "${address}" }`;
  const two = (first: string, second: string) =>
    gateways(gateway(at(first)), gateway(at(second), "", "second"));
  check([
    ...onto(existing, {
      "gives an address once": [
        two("192.0.2.7", "192.0.2.7"),
        "gateways[1].exposure.address: each gateway has an address of its own, and gateway ingress has this one",
        two("192.0.2.7", "192.0.2.8"),
      ],
      "gives an address once, however it is written": [
        two("2001:DB8::7", "2001:db8::7"),
        "gateways[1].exposure.address: each gateway has an address of its own",
        two("2001:DB8::7", "2001:db8::8"),
      ],
      "has a class that a label may have": [
        gateways(gateway('{ kind: load-balancer, class: "kube vip" }')),
        "exposure.class: a load balancer class such as kube-vip.io/kube-vip-class",
        gateways(gateway("{ kind: load-balancer, class: kube-vip.io/kube-vip-class }")),
      ],
    }),
  ]);
});

describe("ports of a balancer before the node ports", () => {
  const ports = (keys: string) => `{ kind: nodeport, nodeAddress: 192.0.2.9, ${keys} }`;
  const tls = "tls: { issuer: ca, hosts: [shop.example.com] }";
  check([
    ...onto(existing, {
      "are reached at its address": [
        gateways(gateway("{ kind: nodeport, externalHttpPort: 80 }")),
        "exposure.externalHttpPort: ports of a balancer are reached at its address, got no nodeAddress beside it; set nodeAddress",
        gateways(gateway(ports("externalHttpPort: 80"))),
      ],
      "answer HTTPS with tls": [
        gateways(gateway(ports("externalHttpPort: 80, externalHttpsPort: 443"))),
        "exposure.externalHttpsPort: only a gateway with tls answers HTTPS, got 443",
        gateways(gateway(ports("externalHttpPort: 80"))),
      ],
      "lead to one gateway": [
        gateways(
          gateway(ports("externalHttpPort: 80")),
          gateway(ports("httpNodePort: 30020, externalHttpPort: 80"), "", "second"),
        ),
        "gateways[1].exposure.externalHttpPort: a port of a balancer leads to one port of one gateway, and gateway ingress has it",
        gateways(
          gateway(ports("externalHttpPort: 80")),
          gateway(ports("httpNodePort: 30020, externalHttpPort: 81"), "", "second"),
        ),
      ],
    }),
    ...onto(`${existing}certManager: { issuers: [{ kind: self-signed-ca, name: ca }] }\n`, {
      "are two with tls": [
        gateways(gateway(ports("externalHttpPort: 80"), tls)),
        "exposure.externalHttpPort: a balancer before a gateway with tls answers HTTPS, and HTTP, which redirects, got no externalHttpsPort beside it; add externalHttpsPort",
        gateways(gateway(ports("externalHttpPort: 80, externalHttpsPort: 443"), tls)),
      ],
      "are two with tls, whichever is missing": [
        gateways(gateway(ports("externalHttpsPort: 443"), tls)),
        "exposure.externalHttpsPort: a balancer before a gateway with tls answers HTTPS, and HTTP, which redirects, got no externalHttpPort beside it",
        gateways(gateway(ports("externalHttpsPort: 443, externalHttpPort: 80"), tls)),
      ],
    }),
  ]);
});

describe("the PROXY protocol", () => {
  const openStack = "loadbalancer.openstack.org/proxy-protocol";
  const lb = (proxyProtocol: boolean, asked: string) =>
    gateways(
      gateway(
        `{ kind: load-balancer, proxyProtocol: ${proxyProtocol} }`,
        `extraAnnotations: { ${openStack}: "${asked}" }`,
      ),
    );
  const config = (exposure: string, text: string) =>
    gateways(gateway(exposure, `values: { podAnnotations: { proxy.istio.io/config: "${text}" } }`));
  const both = "{ terminationDrainDuration: 60s, gatewayTopology: { proxyProtocol: {} } }";
  check([
    ...onto(existing, {
      "is not asked for where gateways do not expect it": [
        lb(false, "true"),
        `gateways[0].extraAnnotations["${openStack}"]: gateways expect the PROXY protocol only with exposure.proxyProtocol: true, got "true"; set exposure.proxyProtocol to true`,
        lb(true, "true"),
      ],
      "is not asked for by false": [
        lb(false, "v2"),
        "set exposure.proxyProtocol to true",
        lb(false, "false"),
      ],
      "of a balancer needs a balancer": [
        gateways(gateway("{ kind: nodeport, proxyProtocol: true }")),
        "exposure.proxyProtocol: a balancer before the node ports speaks the PROXY protocol, and none is named",
        gateways(
          gateway("{ kind: nodeport, nodeAddress: 192.0.2.9, externalHttpPort: 80, proxyProtocol: true }"),
        ),
      ],
    }),
    ...onto(aws, {
      "is not lost with settings of the proxy": [
        config("{ kind: nlb, proxyProtocol: true }", "{ terminationDrainDuration: 60s }"),
        "and exposure.proxyProtocol is true, got a text without proxyProtocol; add the line `gatewayTopology: { proxyProtocol: {} }` to it",
        config("{ kind: nlb, proxyProtocol: true }", both),
      ],
      "is not expected by settings of the proxy alone": [
        config("{ kind: nlb }", both),
        "and exposure.proxyProtocol is false, got a text with proxyProtocol; set exposure.proxyProtocol to true",
        config("{ kind: nlb, proxyProtocol: true }", both),
      ],
      "is set by its key": [
        gateways(
          gateway(
            "{ kind: nlb }",
            "extraAnnotations: { service.beta.kubernetes.io/aws-load-balancer-proxy-protocol: '*' }",
          ),
        ),
        "set exposure.proxyProtocol",
        gateways(gateway("{ kind: nlb, proxyProtocol: true }")),
      ],
    }),
  ]);

  test("that nobody asks a controller for is warned of", () => {
    const text = `${existing}${gateways(gateway("{ kind: load-balancer, proxyProtocol: true }"))}\n`;
    expect(warningWordingOf(text)).toContain("no annotation asks the controller for the PROXY protocol");
    expect(warningsOf(`${existing}${lb(true, "true")}\n`)).toBe("");
  });
});

describe("extraAnnotations", () => {
  const scheme = "service.beta.kubernetes.io/aws-load-balancer-scheme";
  const hostname = "external-dns.alpha.kubernetes.io/hostname";
  const annotated = (exposure: string, annotation: string, more = "") =>
    gateways(gateway(exposure, `extraAnnotations: { ${annotation} }${more}`));
  check([
    ...onto(aws, {
      "say nothing that a key says": [
        annotated("{ kind: nlb }", `${scheme}: internal`),
        `gateways[0].extraAnnotations["${scheme}"]: annotations of load balancers follow from the gateway's exposure, got "${scheme}"; set exposure.scheme`,
        annotated(
          "{ kind: nlb, scheme: internal }",
          "service.beta.kubernetes.io/aws-load-balancer-alpn-policy: None",
        ),
      ],
      "stand in one place": [
        annotated("{ kind: nlb }", "owner: edge", ", values: { service: { annotations: { owner: web } } }"),
        'gateways[0].extraAnnotations.owner: an annotation stands once, and values.service.annotations has this one, got "owner"; remove it from values.service.annotations',
        annotated("{ kind: nlb }", "owner: edge", ", values: { service: { annotations: { team: web } } }"),
      ],
      "are texts": [
        annotated("{ kind: nlb }", "owner: true"),
        'extraAnnotations.owner: a text; numbers and true stand in quotes, such as "true"',
        annotated("{ kind: nlb }", 'owner: "true"'),
      ],
      "have keys that Kubernetes takes": [
        annotated("{ kind: nlb }", '"an owner": edge'),
        "an annotation's key such as external-dns.alpha.kubernetes.io/hostname",
        annotated("{ kind: nlb }", "an-owner: edge"),
      ],
    }),
    ...onto(existing, {
      "of any controller are taken where any controller answers": [
        annotated("{ kind: load-balancer }", "service.beta.kubernetes.io/load-balancer-source-ranges: x"),
        "set exposure.allowedSourceRanges",
        annotated("{ kind: load-balancer }", `${scheme}: internal, metallb.io/address-pool: edge`),
      ],
    }),
  ]);

  test("that nothing reads with the exposure are warned of, and a kind is named only where the target has it", () => {
    expect(warningWordingOf(`${aws}${annotated(nodePort, `${scheme}: internal`)}`)).toContain(
      "and nodeport does not read this one",
    );
    expect(warningWordingOf(`${aws}${annotated(nodePort, `${scheme}: internal`)}`)).toContain(
      "remove it, or set exposure.kind to nlb",
    );
    const elsewhere = warningWordingOf(`${existing}${annotated(nodePort, `${scheme}: internal`)}`);
    expect(elsewhere).toContain("remove it");
    expect(elsewhere).not.toContain("exposure.kind");
  });

  test("for external-dns are warned of where `dns` makes the same record", () => {
    const both = (host: string) =>
      `${aws}certManager: { issuers: [{ kind: self-signed-ca, name: ca }] }\n${annotated(
        "{ kind: nlb }",
        `${hostname}: "x.example.com, ${host}"`,
        ", tls: { issuer: ca, hosts: [shop.example.com] }, dns: { kind: route53, zoneId: Z0123456789 }",
      )}\n`;
    expect(warningsOf(both("shop.example.com"))).toContain(
      `dns makes a record for shop.example.com, too, and in one zone external-dns would take it over`,
    );
    expect(warningsOf(both("api.example.com"))).toBe("");
  });
});

describe("MetalLB", () => {
  const pool = (addresses: string, more = "") =>
    `{ kind: metallb, pool: { kind: install, addresses: [${addresses}] }${more} }`;
  const two = (first: string, second: string) => gateways(gateway(first), gateway(second, "", "second"));
  check(
    onto(existing, {
      "takes no range upside down": [
        gateways(gateway(pool("10.1.0.9-10.1.0.1"))),
        "addresses[0]: a range such as 192.168.10.0/28",
        gateways(gateway(pool("10.1.0.1-10.1.0.9"))),
      ],
      "takes no half range": [
        gateways(gateway(pool("10.1.0.0/33, 10.1.0"))),
        'got "10.1.0"; correct the range',
        gateways(gateway(pool("10.1.0.0/28, 10.2.0.7"))),
      ],
      "takes no ranges that overlap": [
        gateways(gateway(pool("10.1.0.0/28, 10.1.0.8-10.1.0.20"))),
        "addresses[1]: ranges of a pool do not overlap, and 10.1.0.0/28 has some",
        gateways(gateway(pool("10.1.0.0/28, 10.1.0.16-10.1.0.20"))),
      ],
      "is installed for all gateways or for none": [
        two(pool("10.1.0.0/28"), "{ kind: metallb, pool: { kind: existing } }"),
        "gateways[1].exposure.pool.kind: MetalLB is installed once",
        two(pool("10.1.0.0/28"), pool("10.1.0.0/28")),
      ],
      "gives an address of its pool": [
        gateways(gateway(pool("10.1.0.0/28", ", address: 10.1.0.16"))),
        "exposure.address: an address of the pool, 10.1.0.0/28",
        gateways(gateway(pool("10.1.0.0/28", ", address: 10.1.0.15"))),
      ],
      "gives an address once": [
        two(pool("10.1.0.0/28", ", address: 10.1.0.1"), pool("10.1.0.0/28", ", address: 10.1.0.1")),
        "gateways[1].exposure.address: each gateway has an address of its own",
        two(pool("10.1.0.0/28", ", address: 10.1.0.1"), pool("10.1.0.0/28", ", address: 10.1.0.2")),
      ],
    }),
  );
});
