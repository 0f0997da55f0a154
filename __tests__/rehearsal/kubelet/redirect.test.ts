import { describe, expect, it } from "vitest";

import { type Container, type Pod } from "../../../rehearsal/api/objects";
import { markUpstreamConnections, redirectArguments, redirectOf } from "../../../rehearsal/kubelet/redirect";

const sidecar: Container = { name: "istio-proxy", image: "proxyv2", args: ["proxy", "sidecar"] };

function podOf(container: Container, annotations: Record<string, string> = {}, init?: Container): Pod {
  const metadata = { name: "p", namespace: "n", uid: "u", resourceVersion: "1", annotations };
  return {
    metadata,
    spec: { containers: [container], ...(init === undefined ? {} : { initContainers: [init] }) },
  };
}

const redirectIn = (pod: Pod) => redirectOf(pod, "10.64.0.1");

describe("redirection through a sidecar", () => {
  it("is set up for a pod with a sidecar in both directions", () => {
    const redirect = redirectIn(podOf(sidecar));
    expect(redirect?.inbound).toMatchObject({ toPort: "15006", includedPorts: "*" });
    expect(redirect?.outbound).toMatchObject({ toPort: "15001", includedRanges: "*" });
  });

  it("is not set up for a gateway, nor where the sidecar is to take no connections by itself", () => {
    expect(redirectIn(podOf({ ...sidecar, args: ["proxy", "router"] }))).toBeUndefined();
    expect(redirectIn(podOf(sidecar, { "sidecar.istio.io/interceptionMode": "NONE" }))).toBeUndefined();
    expect(redirectIn(podOf(sidecar, { "sidecar.istio.io/interceptionMode": "REDIRECT" }))).toBeDefined();
  });

  it("leaves alone the resolver, istiod's ports, and the sidecar's own", () => {
    const redirect = redirectIn(podOf(sidecar));
    expect(redirect?.outbound.excludedRanges).toBe("10.64.0.1/32");
    expect(redirect?.outbound.excludedPorts.split(",")).toContain("15012");
    expect(redirect?.inbound.excludedPorts.split(",")).toEqual(expect.arrayContaining(["15020", "15021"]));
  });

  it("follows the pod's annotations where Istio's CNI plugin sets it up", () => {
    const prefix = "traffic.sidecar.istio.io/";
    const redirect = redirectIn(
      podOf(sidecar, {
        [`${prefix}includeInboundPorts`]: "8080",
        [`${prefix}excludeInboundPorts`]: "7777",
        [`${prefix}includeOutboundIPRanges`]: "10.96.0.0/16",
        [`${prefix}excludeOutboundIPRanges`]: "169.254.169.254/32",
        [`${prefix}includeOutboundPorts`]: "9000",
        [`${prefix}excludeOutboundPorts`]: "3306,5432",
      }),
    );
    expect(redirect?.inbound.includedPorts).toBe("8080");
    expect(redirect?.inbound.excludedPorts).toMatch(/,7777$/);
    expect(redirect?.outbound).toEqual({
      toPort: "15001",
      excludedPorts: "15010,15012,3306,5432",
      includedPorts: "9000",
      excludedRanges: "10.64.0.1/32,169.254.169.254/32",
      includedRanges: "10.96.0.0/16",
    });
  });

  it("follows the arguments of istio-init where the plugin is not in use", () => {
    const args = ["istio-iptables", "-p", "15101", "-z", "15106", "-i", "10.0.0.0/8", "-x", "", "-b", "*"];
    const init: Container = {
      name: "istio-init",
      image: "proxyv2",
      args: [...args, "-d", "15090,15021,7777", "-o", "3306"],
    };
    const redirect = redirectIn(podOf(sidecar, {}, init));
    expect(redirect?.inbound.toPort).toBe("15106");
    expect(redirect?.inbound.excludedPorts.split(",")).toEqual(expect.arrayContaining(["7777", "15020"]));
    expect(redirect?.outbound).toMatchObject({ toPort: "15101", includedRanges: "10.0.0.0/8" });
    expect(redirect?.outbound.excludedPorts.split(",")).toContain("3306");
  });

  it("keeps an empty list of ranges empty: then nothing outbound is redirected", () => {
    const init: Container = { name: "istio-init", image: "proxyv2", args: ["istio-iptables", "-i", ""] };
    const redirect = redirectIn(podOf(sidecar, {}, init));
    expect(redirect?.outbound.includedRanges).toBe("");
    if (redirect !== undefined) expect(redirectArguments(redirect)).toContain("--outbound-include-ranges=");
  });
});

describe("the bootstrap of Envoy", () => {
  const conditional = `{{ if .outlier_log_path }}
  ,
  "cluster_manager": {
    "enable_deferred_cluster_creation": true
  }
  {{- end }}
  , "last": {}`;

  const nested = `{{ if .load_stats_config_json_str }}
  ,
  "cluster_manager": {
    "enable_deferred_cluster_creation": true,
    {{- if .outlier_log_path}}
    "outlier_detection": {
      "event_log_path": "{{ .outlier_log_path }}"
    }
    {{- end}}
    {{- if .load_stats_config_json_str }}
    "load_stats_config": {{- .load_stats_config_json_str }}
    {{- end }}
  }
  {{- end }}
  , "last": {}`;

  it.each([
    ["1.31", conditional],
    ["1.30, with conditions inside", nested],
  ])(
    "as in Istio %s marks the connections to upstreams whether or not it has a cluster manager",
    (_, template) => {
      const [withManager, without] = markUpstreamConnections(template).split("{{- else }}");
      const option = '"socket_options":[{"level":1,"name":36,"int_value":1337,"state":"STATE_PREBIND"}]';
      expect(withManager).toContain(option);
      expect(without).toContain(option);
      // What the manager holds stays before its end.
      expect(withManager?.replaceAll(/\s+/g, " ")).toMatch(/"enable_deferred_cluster_creation": true.*\} $/);
    },
  );

  it("is refused in a form that is not known", () => {
    expect(() => markUpstreamConnections("{}")).toThrow("cluster_manager");
  });
});
