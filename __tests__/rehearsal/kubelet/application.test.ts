import { describe, expect, it } from "vitest";

import { type Container, type Pod } from "../../../rehearsal/api/objects";
import { standInFor } from "../../../rehearsal/kubelet/stand-in";
import { type StandInPrograms } from "../../../rehearsal/kubelet/stand-in-program";

const programs = { echoServer: "/c/echo", application: "/c/app.cjs", node: "/c/node" } as StandInPrograms;

function standIn(container: Partial<Container>, annotations: Record<string, string> = {}) {
  const full: Container = { name: "shop", image: "registry.example.com/shop:1", ...container };
  const metadata = {
    name: "shop-1",
    namespace: "shop",
    uid: "u",
    resourceVersion: "1",
    annotations,
    labels: { version: "v2" },
  };
  const pod: Pod = { metadata, spec: { containers: [full] } };
  return standInFor(pod, full, programs);
}

describe("an image that the rehearsal does not know", () => {
  it("is stood in for by Istio's echo server, which listens as the ports' names say", () => {
    const ports = [
      { containerPort: 9080 },
      { name: "grpc-orders", containerPort: 9000 },
      { name: "tcp", containerPort: 5000 },
    ];
    expect(standIn({ ports })).toMatchObject({
      kind: "program",
      title: "Istio's echo server",
      args: ["--port=9080", "--grpc=9000", "--tcp=5000", "--version=v2", "--cluster=Kubernetes"],
    });
  });

  it("does nothing where it serves nothing", () => {
    expect(standIn({})).toEqual({ kind: "simulated" });
  });

  it("calls others, waits and fails where annotations say so", () => {
    const annotations = {
      "rehearsal.istio-cdktf.dev/calls": "ratings:9080",
      "rehearsal.istio-cdktf.dev/delay": "2s",
    };
    expect(standIn({ ports: [{ containerPort: 9080 }] }, annotations)).toMatchObject({
      environment: { CALLS: "ratings:9080", DELAY: "2s", PORTS: "9080", VERSION: "v2" },
      command: ["/app/node", "/app/application.cjs"],
    });
  });
});
