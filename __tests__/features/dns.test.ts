import { describe, expect, test } from "vitest";
import { parseEnvironment } from "../../config/reading/parse-environment";
import { findingsAcross } from "../../config/rules/across-environments";
import { deployerNeeds, type SynthesizedStack } from "../../modules/eks/eks-deployer-needs";
import { deployerPolicy } from "../../modules/eks/eks-deployer-policy";
import { challengeStatements } from "../../modules/eks/route53-policy";
import { aws, azure, existing, today, warningsOf } from "../support/environments/environment-files";
import { check, gateway, gateways, onto } from "../support/environments/rule-cases";
import { synthesizeMesh } from "../support/stacks/synthesize-mesh";

const ca = "certManager: { issuers: [{ kind: self-signed-ca, name: ca }] }\n";
const tls = "tls: { issuer: ca, hosts: [a.example.com, '*.a.example.com'] }";
const roleArn = "arn:aws:iam::444455556666:role/dns";
const elsewhere = `dns: { kind: route53, zoneId: Z0123456789, roleArn: "${roleArn}" }`;
const here = "dns: { kind: route53, zoneId: Z0123456789 }";
const onAws = (...dns: string[]) =>
  `${aws}${ca}${gateways(...dns.map((each, index) => gateway("{ kind: nlb }", `${tls.replaceAll("a.example", `g${index}.example`)}, ${each}`, `g${index}`)))}\n`;
const azureDns = (keys = "") =>
  `dns: { kind: azure-dns, zoneName: example.com, resourceGroupName: rg-dns${keys} }`;
const onAzure = (...dns: string[]) =>
  `${azure}${ca}${gateways(...dns.map((each, index) => gateway("{ kind: azure-lb }", `${tls.replaceAll("a.example", `g${index}.example`)}, ${each}`, `g${index}`)))}\n`;

/** Provider of each record, by the zone's name for it. */
function providersOf(text: string, type: string): Record<string, unknown> {
  const records = Object.values(synthesizeMesh(text).json.resource[type] ?? {});
  return Object.fromEntries(records.map(({ name, provider }) => [String(name), provider]));
}

describe("records of a zone in another account", () => {
  test("are made by a provider that takes the role, once for all gateways, beside the stack's own", () => {
    const { json } = synthesizeMesh(onAws(elsewhere, elsewhere, here));
    const [own, other, ...more] = json.provider["aws"] ?? [];
    expect(own).not.toHaveProperty("alias");
    expect(other).toMatchObject({ region: "eu-central-1", assume_role: [{ role_arn: roleArn }] });
    expect(more).toEqual([]);
    const alias = `aws.${String(other?.["alias"])}`;
    expect(providersOf(onAws(elsewhere, here), "aws_route53_record")).toEqual({
      "g0.example.com": alias,
      "*.g0.example.com": alias,
      "g1.example.com": undefined,
      "*.g1.example.com": undefined,
    });
  });

  test("need no more of the deployer than to take that role", () => {
    const policyOf = (dns: string) => {
      const needs = deployerNeeds("lab", [synthesizeMesh(onAws(dns)).json as unknown as SynthesizedStack]);
      return needs === undefined ? "" : deployerPolicy(needs.types, { ...needs, accountId: "111122223333" });
    };
    expect(policyOf(elsewhere)).toContain(`"Action":["sts:AssumeRole"],"Resource":["${roleArn}"]`);
    expect(policyOf(elsewhere)).not.toContain("route53:");
    expect(policyOf(here)).toContain("route53:ChangeResourceRecordSets");
    expect(policyOf(here)).not.toContain("sts:AssumeRole");
  });

  test("and the challenges of an issuer there are set by cert-manager, which may take the role and no more", () => {
    const issuer = (provider: string) => `${aws}certManager:
  issuers: [{ kind: acme, name: le, email: a@example.com, solver: { kind: dns01, provider: { kind: route53${provider} } } }]
`;
    const solverIn = (text: string) =>
      synthesizeMesh(text).object("issuers", "ClusterIssuer", "le").spec.acme.solvers[0].dns01
        .route53 as object;
    expect(solverIn(issuer(`, hostedZoneId: Z0123456789, roleArn: "${roleArn}"`))).toEqual({
      region: "eu-central-1",
      hostedZoneID: "Z0123456789",
      role: roleArn,
    });
    expect(solverIn(issuer(""))).toEqual({ region: "eu-central-1" });
    const actionsFor = (text: string) => {
      const parsed = parseEnvironment("lab.yaml", text, { today });
      if ("problems" in parsed) throw new Error(JSON.stringify(parsed.problems));
      return challengeStatements(parsed.environment.certManager.issuers, "aws").flatMap(
        ({ actions }) => actions,
      );
    };
    expect(actionsFor(issuer(`, roleArn: "${roleArn}"`))).toEqual(["sts:AssumeRole"]);
    expect(actionsFor(issuer(""))).toContain("route53:ChangeResourceRecordSets");
    expect(actionsFor(issuer(""))).not.toContain("sts:AssumeRole");
  });
});

describe("records of an Azure zone", () => {
  const subscription = "22222222-2222-4222-8222-222222222222";

  test("in another subscription are made by a provider for it, beside the stack's own", () => {
    const text = onAzure(azureDns(`, subscriptionId: ${subscription}`), azureDns());
    const { json } = synthesizeMesh(text);
    expect(json.provider["azurerm"]).toHaveLength(2);
    expect(json.provider["azurerm"]?.[1]).toMatchObject({ subscription_id: subscription });
    expect(providersOf(text, "azurerm_dns_a_record")).toEqual({
      g0: `azurerm.subscription-${subscription}`,
      "*.g0": `azurerm.subscription-${subscription}`,
      g1: undefined,
      "*.g1": undefined,
    });
  });

  test("that is private are records of a private zone", () => {
    const { resource } = synthesizeMesh(onAzure(azureDns(", visibility: private"))).json;
    expect(Object.keys(resource)).toContain("azurerm_private_dns_a_record");
    expect(Object.keys(resource)).not.toContain("azurerm_dns_a_record");
  });
});

describe("records that external-dns makes", () => {
  const prefix = "external-dns.alpha.kubernetes.io";
  const annotationsOf = (text: string) =>
    synthesizeMesh(text).values("istio-ingress")["service"].annotations as Record<string, string>;
  const at = (dns: string, exposure = "{ kind: load-balancer }") =>
    `${existing}${ca}${gateways(gateway(exposure, `${tls}, ${dns}`))}\n`;

  test("are asked for by the gateway's Service, with the names in its certificate", () => {
    expect(annotationsOf(at("dns: { kind: external-dns, ttlSeconds: 60 }"))).toEqual({
      [`${prefix}/hostname`]: "a.example.com,*.a.example.com",
      [`${prefix}/ttl`]: "60",
    });
    expect(annotationsOf(at("dns: { kind: external-dns }"))).not.toHaveProperty([`${prefix}/ttl`]);
  });

  test("are what the health check's URL is called by, as records of the stack's own", () => {
    const url = (dns: string) => synthesizeMesh(at(dns)).outputs["healthz_url"] as string;
    expect(url("dns: { kind: external-dns }")).toBe("https://a.example.com/healthz");
    expect(url("drainSeconds: 10")).not.toContain("a.example.com");
  });

  test("are possible beside any cloud's load balancer", () => {
    expect(annotationsOf(onAws("dns: { kind: external-dns }").replaceAll("g0", "ingress"))).toHaveProperty([
      `${prefix}/hostname`,
    ]);
  });

  test("of a host that the stack makes records for, too, are warned of", () => {
    const both = `${tls}, ${here}, extraAnnotations: { ${prefix}/hostname: a.example.com }`;
    expect(warningsOf(`${aws}${ca}${gateways(gateway("{ kind: nlb }", both))}\n`)).toContain(
      "in one zone external-dns would take it over",
    );
  });

  check(
    onto(`${existing}${ca}`, {
      "without an address to publish": [
        gateways(gateway("{ kind: clusterip }", `${tls}, dns: { kind: external-dns }`)),
        "dns.kind: external-dns makes records for load balancers and node ports",
        gateways(gateway("{ kind: nodeport }", `${tls}, dns: { kind: external-dns }`)),
      ],
      "asked for twice": [
        gateways(
          gateway(
            "{ kind: load-balancer }",
            `${tls}, dns: { kind: external-dns }, extraAnnotations: { ${prefix}/ttl: "60" }`,
          ),
        ),
        "the annotation follows from tls.hosts and dns.ttlSeconds",
        gateways(gateway("{ kind: load-balancer }", `${tls}, extraAnnotations: { ${prefix}/ttl: "60" }`)),
      ],
      "of one host for two gateways": [
        gateways(
          gateway("{ kind: load-balancer }", `${tls}, dns: { kind: external-dns }`),
          gateway("{ kind: load-balancer }", `${tls}, dns: { kind: external-dns }`, "second"),
        ),
        "gateways[1].tls.hosts[0]: a record leads to one gateway",
        gateways(
          gateway("{ kind: load-balancer }", `${tls}, dns: { kind: external-dns }`),
          gateway("{ kind: load-balancer }", tls, "second"),
        ),
      ],
    }),
  );
});

describe("one host in two zones", () => {
  const host = "tls: { issuer: ca, hosts: [a.example.com] }";
  const two = (first: string, second: string) =>
    gateways(
      gateway("{ kind: azure-lb, scheme: public }", `${host}, ${first}`),
      gateway("{ kind: azure-lb }", `${host}, ${second}`, "inside"),
    );
  const other = azureDns(", subscriptionId: 22222222-2222-4222-8222-222222222222");
  check(
    onto(`${azure}${ca}`, {
      "may lead to two gateways, outside and inside": [
        two(azureDns(), azureDns()),
        "gateways[1].tls.hosts[0]: a record leads to one gateway",
        two(azureDns(), azureDns(", visibility: private")),
      ],
      "of two subscriptions may, too": [
        two(other, other),
        "gateways[1].tls.hosts[0]: a record leads to one gateway",
        two(azureDns(), other),
      ],
    }),
  );

  test("of two environments may not in one zone", () => {
    const environment = (name: string, text: string) => {
      const parsed = parseEnvironment(`environments/${name}.yaml`, text, { today });
      if ("problems" in parsed) throw new Error(JSON.stringify(parsed.problems));
      return parsed.environment;
    };
    const said = (first: string, second: string) =>
      findingsAcross([environment("a", onAws(first)), environment("b", onAws(second))], ["a", "b"]).map(
        ({ environment: name, accepted }) => `${name}: ${accepted}`,
      );
    expect(said(here, here)).toEqual(["b: a record leads to one gateway, and one of a has it"]);
    expect(said(here, here.replace("Z0123456789", "Z9876543210"))).toEqual([]);
  });
});
