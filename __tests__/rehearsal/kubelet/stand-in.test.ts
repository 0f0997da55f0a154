import { describe, expect, it } from "vitest";

import { type Container, type Pod } from "../../../rehearsal/api/objects";
import { imageName, standInFor, withoutIstioStats } from "../../../rehearsal/kubelet/stand-in";
import { type StandInPrograms } from "../../../rehearsal/kubelet/stand-in-program";

const istio = (minor: string) => ({
  minor,
  pilotDiscovery: `/${minor}/pilot-discovery`,
  pilotAgent: `/${minor}/pilot-agent`,
  envoyBootstrap: `/${minor}/bootstrap.json`,
});
const programs: StandInPrograms = {
  istios: [istio("1.31"), istio("1.30")],
  envoy: "/c/envoy",
  certManagerController: "/c/controller",
  certManagerWebhook: "/c/webhook",
  certManagerCainjector: "/c/cainjector",
  node: "/c/node",
  healthServer: "/c/server.cjs",
  spanReceiver: "/c/spans.cjs",
  echoServer: "/c/echo-server",
  application: "/c/application.cjs",
};

function podOf(...containers: Container[]): Pod {
  const metadata = { name: "p", namespace: "n", uid: "u", resourceVersion: "1" };
  return { metadata, spec: { containers } };
}

function titleOf(container: Container): string {
  const standIn = standInFor(podOf(container), container, programs, []);
  return standIn.kind === "simulated" ? "simulated" : standIn.title;
}

describe("stand-ins", () => {
  it("are chosen by the image's name, whatever registry and tag it has", () => {
    expect(imageName("registry.corp:5000/mirror/istio/pilot:1.31.1-distroless@sha256:ab")).toBe("pilot");
    expect(titleOf({ name: "discovery", image: "docker.io/istio/pilot:1.31.1" })).toBe(
      "pilot-discovery 1.31",
    );
    expect(titleOf({ name: "discovery", image: "registry.corp:5000/istio/pilot" })).toBe(
      "pilot-discovery 1.31",
    );
    expect(titleOf({ name: "x", image: "quay.io/jetstack/cert-manager-webhook:v1.21.1" })).toBe(
      "cert-manager webhook",
    );
  });

  it("are the conformance suite's own programs where it is to run, and an application's elsewhere", () => {
    const conformance = {
      echoBasic: "/c/echo-basic",
      echoClient: "/c/client",
      certificate: "/c/crt",
      key: "/c/key",
    };
    const basic = { name: "echo", image: "registry.k8s.io/gateway-api/echo-basic:v1.6.0" };
    const advanced = {
      name: "echo",
      image: "registry.k8s.io/gateway-api/echo-advanced:v1.5.1",
      args: ["--tls=8443"],
    };
    const programOf = (container: Container, all: StandInPrograms) => {
      const standIn = standInFor(podOf(container), container, all, []);
      return standIn.kind === "program" ? standIn : undefined;
    };
    const asked = { ...programs, conformance };
    expect(programOf(basic, asked)?.mounts).toEqual([{ source: "/c/echo-basic", target: "/echo-basic" }]);
    expect(programOf(advanced, asked)?.args).toEqual(["--tls=8443"]);
    expect(programOf(advanced, asked)?.mounts).toContainEqual({
      source: "/c/client",
      target: "/usr/local/bin/client",
    });
    const withPort = { ...basic, ports: [{ containerPort: 3000 }] };
    expect(programOf(withPort, programs)?.title).toBe("Istio's echo server");
    const pilot = { name: "discovery", image: "pilot" };
    expect(programOf(pilot, asked)?.environment).toHaveProperty("PILOT_ENABLE_ALPHA_GATEWAY_API", "true");
    expect(programOf(pilot, programs)?.environment).not.toHaveProperty("PILOT_ENABLE_ALPHA_GATEWAY_API");
  });

  it("run the proxy image only where it is asked to be a proxy", () => {
    const image = "docker.io/istio/proxyv2:1.31.1";
    expect(titleOf({ name: "istio-proxy", image, args: ["proxy", "router"] })).toBe(
      "pilot-agent 1.31 + Envoy",
    );
    expect(titleOf({ name: "istio-init", image, args: ["istio-iptables"] })).toBe("simulated");
    expect(titleOf({ name: "istio-proxy", image, args: ["proxy", "waypoint"] })).toBe("simulated");
  });

  it("are of the minor version that the image's tag names, program and bootstrap alike", () => {
    const mountsOf = (image: string) => {
      const container = { name: "istio-proxy", image, args: ["proxy", "sidecar"] };
      const standIn = standInFor(podOf(container), container, programs, []);
      return standIn.kind === "program" ? standIn.mounts.map(({ source }) => source) : [];
    };
    for (const tag of [":1.30.8", ":1.30.8-distroless", ":1.30.8@sha256:ab"]) {
      expect(mountsOf(`registry.corp:5000/proxyv2${tag}`)).toEqual([
        "/1.30/pilot-agent",
        "/c/envoy",
        "/1.30/bootstrap.json",
      ]);
    }
    for (const tag of [":1.31.4", ":1.29.6", ":latest", "@sha256:ab", ""]) {
      expect(mountsOf(`registry.corp:5000/proxyv2${tag}`)[0]).toBe("/1.31/pilot-agent");
    }
    expect(titleOf({ name: "discovery", image: "docker.io/istio/pilot:1.30.8" })).toBe(
      "pilot-discovery 1.30",
    );
  });

  it("leave images without a program simulated", () => {
    expect(titleOf({ name: "install-cni", image: "docker.io/istio/install-cni:1.31.1" })).toBe("simulated");
  });

  it("give istiod the mesh configuration of its revision", () => {
    const container = { name: "discovery", image: "pilot", env: [{ name: "REVISION", value: "1-31-1" }] };
    const standIn = standInFor(podOf(container), container, programs, []);
    expect(standIn.kind === "program" ? standIn.configuration[0]?.configMap : undefined).toBe("istio-1-31-1");
  });

  it("drop the metrics provider from the mesh configuration and keep the rest", () => {
    const mesh =
      "defaultProviders:\n  metrics:\n    - prometheus\n  tracing: [x]\nrootNamespace: istio-system\n";
    const rewritten = withoutIstioStats(mesh);
    expect(mesh).toContain("prometheus");
    expect(rewritten).not.toContain("prometheus");
    expect(rewritten).toContain("rootNamespace: istio-system");
    expect(rewritten).toContain("tracing");
  });
});
