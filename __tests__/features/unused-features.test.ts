import { describe, expect, test } from "vitest";
import { factsBeforeCluster } from "../../composition/cluster-facts";
import { compose } from "../../composition/compose";
import { Images } from "../../composition/images";
import { formatProblem } from "../../config/reading/problem";
import { allFeatures } from "../../features/all-features";
import { withApplications } from "../../synthesis/application-files";
import { asMember } from "../../config/meshes/as-member";
import { aws, existing, parse } from "../support/environments/environment-files";
import { meshOf, shops } from "../support/multi-cluster/two-members";
import { synthesizeMesh } from "../support/stacks/synthesize-mesh";

const gateway = (more = "") => `gateways: [{ name: ingress, exposure: { kind: clusterip }${more} }]\n`;

/** A mesh with a gateway, and nothing that it need not say. */
const plain = `${existing}${gateway()}`;

/** Begins a file that a mesh over several clusters names, which the file itself does not say. */
const memberMark = "# A member.\n";

/** Files that use a feature: the plain one with more keys. */
const uses: Readonly<Record<string, string>> = {
  "exposure metallb": plain.replace(
    "kind: clusterip",
    "kind: metallb, pool: { kind: install, addresses: [192.0.2.10-192.0.2.20] }",
  ),
  "mesh-ca": `${existing}  ca: { kind: cacerts, issuer: ca }\n${gateway()}certManager: { issuers: [{ kind: self-signed-ca, name: ca }] }\n`,
  "multi-cluster": `${memberMark}${plain}`,
  revisions: `${existing.replace("istioVersion: 1.31.4", "revisions: [{ name: default, istioVersion: 1.30.8 }, { name: 1-31-4, istioVersion: 1.31.4 }]")}  tags: { stable: default, canary: 1-31-4 }\n${gateway()}`,
  ambient: `${existing}  mode: ambient\n${gateway()}`,
  metrics: `${plain}observability: { metrics: { scrape: { kind: monitors } } }\n`,
  tracing: `${plain}observability: { tracing: { service: jaeger.tracing, sampling: 10 } }\n`,
  namespaces: `${existing}  namespaces: [{ name: shop }]\n${gateway()}`,
  "network-policies": `${existing}  networkPolicies: true\n${gateway()}`,
  "outbound-hosts": `${plain}policies: { outbound: { hosts: [{ host: api.test }] } }\n`,
  "rate-limits": `${plain}policies: { rateLimits: [{ name: edge, at: { kind: gateway, name: ingress }, requests: 10 }] }\n`,
  jwt: `${plain}policies: { jwt: [{ name: users, gateway: ingress, issuer: robots, keys: { kind: inline, jwks: '{"keys":[{"kty":"RSA","n":"AQAB","e":"AQAB"}]}' } }] }\n`,
  authorization: `${plain}policies: { authorization: { default: deny } }\n`,
  "gateway-api": `${existing}${gateway(", api: gateway-api")}gatewayApi: { management: install }\n`,
  "ip families": `${existing}${gateway(", ipFamilies: [IPv6, IPv4], ipFamilyPolicy: RequireDualStack")}`,
  addons: `${plain}observability: { addons: { prometheus: {} } }\n`,
  "node-autoscaler": `${aws}${gateway()}`,
  applications: `${plain}applications: [{ name: books, path: applications/bookinfo, files: [bookinfo.yaml], namespace: books }]\n`,
};

/** What every mesh has; their keys choose how. */
const always = [
  "control-plane",
  "cni",
  "access-logs",
  "outbound-traffic",
  "mutual-tls",
  "cert-manager",
  "issuers",
  "gateways",
  "health",
];

/** They give a gateway its form, and the mesh as a whole nothing. */
const formsOnly = [
  "exposure nlb",
  "exposure azure-lb",
  "exposure nodeport",
  "exposure load-balancer",
  "exposure clusterip",
];

/** What the mesh of a file consists of, in the project as it is or as it was before one of its features. */
function composed(file: string, absent?: string): unknown {
  const parsed = parse(file);
  if ("problems" in parsed) throw new Error(parsed.problems.map(formatProblem).join("\n"));
  const member = meshOf(shops.replace("environment: west", "environment: lab"));
  const named = file.startsWith(memberMark) ? asMember(parsed.environment, member) : parsed.environment;
  const { environment } = withApplications(__PROJECT_ROOT__, named);
  const features = allFeatures.filter(({ name }) => name !== absent);
  const cluster = factsBeforeCluster(environment);
  try {
    return compose(features, { environment, cluster, images: new Images(environment.charts.images) });
  } catch (error) {
    // What others build on it cannot stand alone.
    return String(error);
  }
}

describe("a feature that an environment does not use", () => {
  test.each(Object.keys(uses))("adds nothing: the mesh is as it was before %s", (feature) => {
    expect(composed(plain, feature)).toEqual(composed(plain));
    // The twin: an environment that uses it is another without it.
    const { [feature]: used = "" } = uses;
    expect(composed(used, feature)).not.toEqual(composed(used));
  });

  test("is one of these: every feature is used by a file above, or is part of every mesh", () => {
    const names = allFeatures.map(({ name }) => name);
    expect(names.toSorted()).toEqual([...Object.keys(uses), ...always, ...formsOnly].toSorted());
    for (const name of always) expect(composed(plain, name), name).not.toEqual(composed(plain));
  });
});

describe("keys whose defaults are written down", () => {
  const jsonOf = (file: string) => JSON.stringify(synthesizeMesh(file).json, undefined, 2);

  test.each([
    ["checks", "checks: []\n"],
    ["applications", "applications: []\n"],
    [
      "policies",
      "policies: { authorization: { default: allow }, outbound: { hosts: [] }, rateLimits: [], jwt: [] }\n",
    ],
    ["observability", "observability: {}\n"],
  ])("change nothing: %s", (_, keys) => {
    expect(jsonOf(`${plain}${keys}`)).toBe(jsonOf(plain));
  });

  test("have no output of their own, which other values have: checks", () => {
    const check =
      "checks: [{ name: home, request: { gateway: ingress, path: / }, expect: { status: 200 } }]\n";
    expect(synthesizeMesh(`${plain}${check}`).outputs).toHaveProperty("checks");
    expect(synthesizeMesh(plain).outputs).not.toHaveProperty("checks");
  });
});
