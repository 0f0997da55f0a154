import { describe, expect, test } from "vitest";
import { factsBeforeCluster } from "../../composition/cluster-facts";
import { compose } from "../../composition/compose";
import type { Contribution, Feature, ReleaseNeed } from "../../composition/contribution";
import { Images } from "../../composition/images";
import { phases, waitsOf, type Phase } from "../../composition/phases";
import type { Environment } from "../../config/environment";
import { allFeatures } from "../../features/all-features";
import { composeMesh } from "../../features/compose-mesh";
import { existing, parse } from "../support/environments/environment-files";

function environment(more = ""): Environment {
  const result = parse(`${existing}${more}`);
  if ("problems" in result) throw new Error(JSON.stringify(result.problems));
  return result.environment;
}

const composed = (...contributions: readonly Contribution[]) => {
  const features = contributions.map((contribution, index): Feature => ({
    name: ["one", "other"][index] ?? "",
    contribute: () => contribution,
  }));
  const input = environment();
  return compose(features, {
    environment: input,
    cluster: factsBeforeCluster(input),
    images: new Images(undefined),
  });
};

const istiod: ReleaseNeed = {
  kind: "chart",
  path: ["control-plane", "istiod"],
  name: "istiod",
  namespace: "istio-system",
  component: "istiod",
  version: "1.31.1",
  phase: "control plane",
  values: { autoscaleEnabled: false },
};

describe("what features contribute", () => {
  test("is merged into the values of every release of a component", () => {
    const { releases } = composed(
      { releases: [istiod], meshConfig: { trustDomain: "a.test" } },
      {
        values: { istiod: { pilot: { cni: { enabled: true } } } },
        meshConfig: { accessLogFile: "/dev/stdout" },
      },
    );
    expect(releases).toMatchObject([
      {
        name: "istiod",
        values: {
          autoscaleEnabled: false,
          pilot: { cni: { enabled: true } },
          meshConfig: { trustDomain: "a.test", accessLogFile: "/dev/stdout" },
        },
      },
    ]);
  });

  test("may be the same twice, but not two things at one place: both features are named", () => {
    const cni = (enabled: boolean): Contribution => ({ values: { istiod: { pilot: { cni: { enabled } } } } });
    expect(() => composed(cni(true), cni(true))).not.toThrow();
    expect(() => composed(cni(true), cni(false))).toThrow(
      "Features one and other disagree on pilot.cni.enabled in values of istiod: true and false; only one of them may set it",
    );
  });

  test("is refused where one sets a value that the other sets something below", () => {
    expect(() =>
      composed({ meshConfig: { outboundTrafficPolicy: { mode: "ALLOW_ANY" } } }, {
        meshConfig: { outboundTrafficPolicy: "none" },
      } as unknown as Contribution),
    ).toThrow("Features one and other disagree on outboundTrafficPolicy in MeshConfig");
  });

  test("of reports is one Telemetry for each namespace, and two features do not say the same thing differently", () => {
    const tags = (value: string): Contribution => ({
      telemetry: {
        shop: {
          metrics: [
            {
              overrides: [
                { match: { metric: "REQUEST_COUNT", mode: "CLIENT" }, tagOverrides: { a: { value } } },
              ],
            },
          ],
        },
      },
    });
    expect(composed(tags("a"), tags("a")).releases).toMatchObject([
      {
        name: "mesh-policies",
        objects: [
          { kind: "Telemetry", metadata: { name: "default", namespace: "shop" }, spec: { metrics: [{}] } },
        ],
      },
    ]);
    expect(() => composed(tags("a"), tags("b"))).toThrow(
      "Features one and other disagree on metrics in Telemetry of namespace shop",
    );
  });

  test("defines a release, a policy and a namespace once: both features are named", () => {
    expect(() => composed({ releases: [istiod] }, { releases: [istiod] })).toThrow(
      "Features one and other both define release istio-system/istiod",
    );
    const policy = {
      apiVersion: "security.istio.io/v1",
      kind: "PeerAuthentication",
      metadata: { name: "default", namespace: "shop" },
    };
    expect(() => composed({ policies: [policy] }, { policies: [policy] })).toThrow(
      "Features one and other both define PeerAuthentication shop/default",
    );
    const shop = { path: ["applications", "shop"], name: "shop" } as const;
    expect(() =>
      composed(
        { namespaces: [{ ...shop, podSecurity: "baseline" }] },
        { namespaces: [{ ...shop, podSecurity: "restricted" }] },
      ),
    ).toThrow("Features one and other want Pod Security baseline and restricted in namespace shop");
    const shared = composed(
      { namespaces: [{ ...shop, labels: { a: "1" } }] },
      { namespaces: [{ ...shop, injection: true }] },
    );
    expect(shared.namespaces).toMatchObject([
      { name: "shop", labels: { a: "1", "istio-injection": "enabled" }, podSecurity: "restricted" },
    ]);
  });

  test("makes no release of policies where there is none", () => {
    expect(composed({ policies: [] }).releases).toEqual([]);
  });
});

describe("phases", () => {
  const all = Object.keys(phases) as Phase[];

  test("wait only for phases before them, so that nothing waits for itself", () => {
    const late = all.flatMap((phase, index) =>
      waitsOf(phase).filter((before) => all.indexOf(before) >= index),
    );
    expect(late).toEqual([]);
  });

  test("keep cert-manager beside the control plane", () => {
    const reached = (phase: Phase): readonly Phase[] =>
      waitsOf(phase).flatMap((before) => [before, ...reached(before)]);
    expect(reached("control plane")).not.toContain("cert-manager");
    expect(reached("gateways")).toContain("control plane");
  });
});

describe("the mesh of an environment", () => {
  test("has what the API server calls from what is installed, and no more", () => {
    const portsOf = (more: string) => composeMesh(environment(more)).calledPorts.map(({ port }) => port);
    expect(portsOf("").sort()).toEqual([10250, 15017]);
    expect(portsOf("certManager: { management: none }\n")).toEqual([15017]);
  });

  test("names the namespaces in which releases lie, each once", () => {
    const { expectations } = composeMesh(
      environment(
        "  namespaces: [{ name: shop }]\ngateways: [{ name: ingress, exposure: { kind: nodeport } }]\n",
      ),
    );
    expect(expectations.releaseNamespaces).toEqual([
      "cert-manager",
      "istio-ingress",
      "istio-system",
      "mesh-health",
    ]);
  });

  test("comes from features with a folder each, so that an error's feature can be looked up", () => {
    const names = allFeatures.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(names).toEqual(expect.arrayContaining(["access-logs", "exposure nlb"]));
  });
});
