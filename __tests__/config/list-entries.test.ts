import { describe, expect, test } from "vitest";
import { aws, azure, existing, wordingOf } from "../support/environments/environment-files";

const inTarget = (base: string, more: string) => base.replace(/(kind: (?:aws|azure))/, `$1\n  ${more}`);
const id = "aaaaaaaa-1111-4111-8111-111111111111";

describe("an entry that stands twice in a list", () => {
  test.each([
    ["administrators", inTarget(azure, `adminObjectIds: [${id}, ${id}]`), "target.adminObjectIds[1]"],
    [
      "administrators in two cases of letters",
      inTarget(azure, `adminObjectIds: [${id}, ${id.toUpperCase()}]`),
      "target.adminObjectIds[1]",
    ],
    ["zones", inTarget(azure, 'zones: ["1", "1"]'), "target.zones[1]"],
    [
      "instance types",
      inTarget(aws, "nodeGroups: [{ name: a, instanceTypes: [m7i.large, m6i.large, m7i.large] }]"),
      "target.nodeGroups[0].instanceTypes[2]",
    ],
    ["ports", inTarget(aws, "controlPlane: { webhookPorts: [8443, 9000, 8443] }"), "webhookPorts[2]"],
    [
      "Elastic IPs",
      `${aws}gateways: [{ name: a, exposure: { kind: nlb, scheme: internet-facing, addresses: { kind: elastic-ips, allocationIds: [eipalloc-1, eipalloc-2, eipalloc-1] } } }]\n`,
      "gateways[0].exposure.addresses.allocationIds[2]",
    ],
    [
      "pull Secrets",
      `${existing}charts: { images: { registry: r.example.com, pullSecrets: [a, b, a] } }\n`,
      "charts.images.pullSecrets[2]",
    ],
  ])("is refused among %s", (_, text, path) => {
    expect(wordingOf(text)).toContain(`${path}: each entry of the list stands once`);
  });

  test.each([
    ["administrators", inTarget(azure, `adminObjectIds: [${id}, ${id.replace("a", "b")}]`)],
    [
      "arguments of a program",
      existing.replace(
        "{ kind: kubeconfig, context: lab }",
        "{ kind: host, host: 'https://10.0.0.1:6443', clusterCaCertificatePath: ca.pem, exec: { command: a, args: [-v, -v] } }",
      ),
    ],
    ["chart values", `${existing}certManager: { values: { extraArgs: ["--v=4", "--v=4"] } }\n`],
    ["mappings, which have names of their own", `${existing}  namespaces: [{ name: a }, { name: b }]\n`],
  ])("is none among %s that are right", (_, text) => {
    expect(wordingOf(text)).toBe("");
  });
});
