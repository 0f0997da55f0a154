import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { formatProblem } from "../config/reading/problem";
import { distinctKeys, recordIds } from "../composition/construct-ids";
import { aws, azure, parse } from "./support/environments/environment-files";
import { synthesizedStacks } from "./support/stacks/synthesized-stacks";

/** Addresses of everything in the stacks of an environment file. */
function addresses(text: string): Set<string> {
  const parsed = parse(text);
  if ("problems" in parsed) throw new Error(parsed.problems.map(formatProblem).join("\n"));
  type Blocks = Record<string, Record<string, object>>;
  const stacks = synthesizedStacks(parsed.environment) as Record<string, { resource: Blocks; data?: Blocks }>;
  return new Set(
    Object.entries(stacks).flatMap(([stack, { resource, data = {} }]) =>
      [...Object.entries(resource), ...Object.entries(data)].flatMap(([type, blocks]) =>
        Object.keys(blocks).map((name) => `${stack}: ${type}.${name}`),
      ),
    ),
  );
}

const ca = "certManager: { issuers: [{ kind: self-signed-ca, name: ca }] }\n";
const zone = (subscriptionId: string, name: string) =>
  `{ kind: acme, name: ${name}, email: a@example.com, solver: { kind: dns01, provider: { kind: azure-dns, zoneName: x.test, resourceGroupName: dns${subscriptionId} } } }`;

describe("an environment file may hold", () => {
  test.each([
    [
      "a gateway named like another one's load balancer",
      `${aws}gateways: [{ name: ingress, exposure: { kind: nlb } }]\n`,
      `${aws}gateways: [{ name: ingress, exposure: { kind: nlb } }, { name: ingress-nlb, exposure: { kind: nlb } }]\n`,
    ],
    [
      "a gateway named like another one's outputs",
      `${azure}gateways: [{ name: in, exposure: { kind: azure-lb } }]\n`,
      `${azure}gateways: [{ name: in, exposure: { kind: azure-lb } }, { name: in-outputs-address, exposure: { kind: azure-lb } }]\n`,
    ],
    [
      "hosts in Route 53 that differ in a dot and a dash, or in a star",
      `${aws}${ca}gateways: [{ name: ingress, exposure: { kind: nlb }, dns: { kind: route53, zoneId: Z12345678 }, tls: { issuer: ca, hosts: [a-b.x.test, "*.x.test"] } }]\n`,
      `${aws}${ca}gateways: [{ name: ingress, exposure: { kind: nlb }, dns: { kind: route53, zoneId: Z12345678 }, tls: { issuer: ca, hosts: [a-b.x.test, "*.x.test", a.b.x.test, any.x.test] } }]\n`,
    ],
    [
      "hosts in Azure DNS that differ in a dot and a dash",
      `${azure}${ca}gateways: [{ name: ingress, exposure: { kind: azure-lb }, dns: { kind: azure-dns, zoneName: x.test, resourceGroupName: dns }, tls: { issuer: ca, hosts: [a.b.x.test] } }]\n`,
      `${azure}${ca}gateways: [{ name: ingress, exposure: { kind: azure-lb }, dns: { kind: azure-dns, zoneName: x.test, resourceGroupName: dns }, tls: { issuer: ca, hosts: [a.b.x.test, a-b.x.test] } }]\n`,
    ],
    [
      "one zone's name in two resource groups",
      `${azure}certManager: { issuers: [${zone("", "a")}] }\n`,
      `${azure}certManager: { issuers: [${zone("", "a")}, ${zone("2", "b")}] }\n`,
    ],
    [
      "names that every object has",
      `${aws}  namespaces: [{ name: shop }]\n`,
      `${aws}  namespaces: [{ name: shop }, { name: constructor }]
gateways: [{ name: constructor, exposure: { kind: nlb } }]
applications: [{ name: constructor, path: applications/bookinfo, files: [bookinfo.yaml], namespace: books }]
`,
    ],
    [
      "node groups named like what all of them share",
      aws.replace("kind: aws", "kind: aws\n  nodeGroups: [{ name: default }]"),
      aws.replace(
        "kind: aws",
        "kind: aws\n  nodeGroups: [{ name: default }, { name: role }, { name: worker-policy }, { name: pull-images-policy }]",
      ),
    ],
    [
      "principals that differ in a sign, or in the word policy",
      aws.replace(
        "kind: aws",
        'kind: aws\n  controlPlane: { accessEntries: [{ principalArn: "arn:aws:iam::111122223333:role/a.b", policy: view }] }',
      ),
      aws.replace(
        "kind: aws",
        `kind: aws\n  controlPlane: { accessEntries: [${["a.b", "a-b", "a/b", "a-b-policy"].map((role) => `{ principalArn: "arn:aws:iam::111122223333:role/${role}", policy: view }`).join(", ")}] }`,
      ),
    ],
  ])("%s, and what stood before keeps its address", (_, before, after) => {
    const [old, now] = [addresses(before), addresses(after)];
    expect([...old].filter((address) => !now.has(address))).toEqual([]);
    expect(now.size).toBeGreaterThan(old.size);
  });
});

const host = fc
  .array(fc.stringMatching(/^[ab]{1,2}(-[ab])?$/), { minLength: 2, maxLength: 4 })
  .map((labels) => labels.join("."));

test("no two hosts have one id, whatever their order, and the first one's is the plain one", () => {
  fc.assert(
    fc.property(fc.uniqueArray(host, { minLength: 1, maxLength: 40 }), (hosts) => {
      const idOf = recordIds(hosts);
      expect(new Set(hosts.map(idOf)).size).toBe(hosts.length);
      const [first = ""] = hosts;
      expect(idOf(first)).toBe(`record-${first.replaceAll(".", "-")}`);
    }),
    { seed: 20261125 },
  );
});

test("ids that are made with a key keep apart from each other and from what is taken", () => {
  const keyOf = distinctKeys(["a", "a-x", "b", "c", "a"], {
    keyOf: (text) => text,
    idsOf: (key) => [key, `${key}-x`],
    taken: ["c-x"],
  });
  expect(keyOf("a")).toBe("a");
  expect(keyOf("a-x")).toMatch(/^a-x-[0-9a-f]{8}$/);
  expect(keyOf("b")).toBe("b");
  expect(keyOf("c")).toMatch(/^c-[0-9a-f]{8}$/);
});
