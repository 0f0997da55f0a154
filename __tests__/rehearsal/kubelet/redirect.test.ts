import { describe, expect, it } from "vitest";

import { type Container, type Pod } from "../../../rehearsal/api/objects";
import { redirectOf, withEnvoyMark } from "../../../rehearsal/kubelet/redirect";

const sidecar: Container = { name: "istio-proxy", image: "proxyv2", args: ["proxy", "sidecar"] };

function podOf(
  containers: Container[],
  annotations: Record<string, string> = {},
  init: Container[] = [],
): Pod {
  const metadata = { name: "p", namespace: "n", uid: "u", resourceVersion: "1", annotations };
  return { metadata, spec: { containers, initContainers: init } };
}

const redirected = (pod: Pod) => redirectOf(pod, "10.64.1.2", "10.96.0.1");

describe("redirection to the sidecar", () => {
  it("is set up for a pod with a sidecar, and not for a gateway", () => {
    expect(redirected(podOf([sidecar]))).toMatchObject({
      inbound: { toPort: 15006 },
      outbound: { toPort: 15001, onlyPorts: [], onlyRanges: [] },
    });
    expect(redirected(podOf([{ ...sidecar, args: ["proxy", "router"] }]))).toBeUndefined();
  });

  it("leaves alone what Envoy opens, the pod itself, istiod and the API server", () => {
    const outbound = redirected(podOf([sidecar]))?.outbound;
    expect(outbound?.mark).toBe(1337);
    expect(outbound?.excludedRanges).toEqual(["127.0.0.0/8", "10.64.1.2/32", "10.96.0.1/32"]);
    expect(outbound?.excludedPorts).toContain(15012);
  });

  it("follows the arguments of istio-init where Istio's CNI plugin is not in use", () => {
    const args = ["istio-iptables", "-p", "15101", "-z", "15106", "-d", "15090,7777", "-x", "192.0.2.0/24"];
    const init: Container = { name: "istio-init", image: "proxyv2", args };
    const redirect = redirected(podOf([sidecar], {}, [init]));
    expect(redirect?.inbound.toPort).toBe(15106);
    expect(redirect?.inbound.excludedPorts).toEqual(expect.arrayContaining([7777, 15020]));
    expect(redirect?.outbound.toPort).toBe(15101);
    expect(redirect?.outbound.excludedRanges).toContain("192.0.2.0/24");
  });

  it("follows the pod's annotations", () => {
    const outbound = (annotations: Record<string, string>) =>
      redirected(
        podOf(
          [sidecar],
          Object.fromEntries(
            Object.entries(annotations).map(([name, value]) => [`traffic.sidecar.istio.io/${name}`, value]),
          ),
        ),
      )?.outbound;
    expect(outbound({ excludeOutboundPorts: "5432, 6379" })?.excludedPorts).toEqual(
      expect.arrayContaining([5432, 6379]),
    );
    expect(outbound({ excludeOutboundIPRanges: "192.0.2.7" })?.excludedRanges).toContain("192.0.2.7/32");
    expect(outbound({ includeOutboundIPRanges: "10.0.0.0/8", includeOutboundPorts: "80" })).toMatchObject({
      onlyRanges: ["10.0.0.0/8"],
      onlyPorts: [80],
    });
    expect(outbound({ includeOutboundIPRanges: "*" })?.onlyRanges).toEqual([]);
  });
});

describe("Envoy's bootstrap", () => {
  const template =
    '{ "a": 1\n  {{ if or .outlier_log_path .load_stats_config_json_str .enable_self_discovery }}\n  ,\n  "cluster_manager": {\n    "b": 2 }{{ end }} }';

  it("marks every connection that Envoy opens", () => {
    const marked = withEnvoyMark(template);
    expect(marked).toContain(
      '"upstream_bind_config": {"socket_options":[{"level":1,"name":36,"int_value":1337',
    );
    expect(marked).toContain("{{ if true }}");
  });

  it("is not run without the mark, when a later Istio has another template", () => {
    expect(() => withEnvoyMark("{}")).toThrow("no cluster_manager");
  });
});
