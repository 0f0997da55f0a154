import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer, type IncomingHttpHeaders } from "node:http";
import { type AddressInfo, createServer as createTcpServer } from "node:net";

import { afterEach, describe, expect, it, vi } from "vitest";

import { type Container, type Pod, type Service } from "../../../rehearsal/api/objects";
import { applicationSource } from "../../../rehearsal/kubelet/application";
import { standInFor } from "../../../rehearsal/kubelet/stand-in";
import { type StandInPrograms } from "../../../rehearsal/kubelet/stand-in-program";

const programs = {
  echoServer: "/c/echo",
  application: "/c/app.cjs",
  node: "/c/node",
} as StandInPrograms;

function serviceOf(
  ports: Service["spec"]["ports"],
  selector: Record<string, string> = { app: "shop" },
): Service {
  return {
    metadata: { name: "shop", namespace: "shop", uid: "s", resourceVersion: "1" },
    spec: { selector, ...(ports === undefined ? {} : { ports }) },
  };
}

function standIn(
  container: Partial<Container>,
  annotations: Record<string, string> = {},
  services: readonly Service[] = [],
) {
  const full: Container = { name: "shop", image: "registry.example.com/shop:1", ...container };
  const metadata = {
    name: "shop-1",
    namespace: "shop",
    uid: "u",
    resourceVersion: "1",
    annotations,
    labels: { app: "shop", version: "v2" },
  };
  const pod: Pod = { metadata, spec: { containers: [full] } };
  return standInFor(pod, full, programs, services);
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

  it("runs where it serves nothing, on ports out of everybody's way, so that requests can be sent from it", () => {
    expect(standIn({})).toMatchObject({
      args: expect.arrayContaining(["--port=17000", "--tcp=17002"]) as unknown,
    });
  });

  it("speaks what the Service says: by appProtocol, by the port's name, and HTTP where nothing tells", () => {
    const ports = [
      { name: "main", containerPort: 7070 },
      { containerPort: 8443 },
      { containerPort: 9000 },
      { containerPort: 3306 },
      { name: "dns", containerPort: 53, protocol: "UDP" },
    ];
    const service = serviceOf([
      { name: "api", port: 80, targetPort: "main", appProtocol: "grpc" },
      { name: "https-web", port: 443, targetPort: 8443 },
      { name: "tls-raw", port: 9000 },
    ]);
    expect(standIn({ ports }, {}, [service])).toMatchObject({
      args: expect.arrayContaining([
        "--port=8443",
        "--grpc=7070",
        "--tcp=9000,3306",
        "--udp=53",
        "--tls=8443,9000",
        "--crt=/serving.crt",
      ]) as unknown,
      serving: {
        names: ["shop", "shop.shop", "shop.shop.svc", "shop.shop.svc.cluster.local", "shop-1"],
        certificate: "/serving.crt",
        key: "/serving.key",
      },
    });
    const ofOthers = serviceOf(service.spec.ports, { app: "other" });
    expect(standIn({ ports }, {}, [ofOthers])).toMatchObject({
      args: expect.arrayContaining(["--port=7070,8443,9000", "--tcp=3306"]) as unknown,
    });
  });

  it("listens on a port that only its Service names", () => {
    const service = serviceOf([{ name: "grpc", port: 80, targetPort: 50051 }]);
    expect(standIn({}, {}, [service])).toMatchObject({
      args: expect.arrayContaining(["--grpc=50051"]) as unknown,
    });
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

async function freePort(): Promise<number> {
  const server = createTcpServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

describe("an application with annotations", () => {
  const children: ChildProcess[] = [];
  afterEach(() => {
    for (const child of children.splice(0)) child.kill("SIGKILL");
  });

  async function start(settings: Record<string, string>): Promise<string> {
    const port = (await freePort()).toString();
    const env = { ADDRESS: "127.0.0.1", HOSTNAME: "page-v1-abc", PORTS: port, ...settings };
    children.push(spawn(process.execPath, ["-e", applicationSource], { env, stdio: "ignore" }));
    const url = `http://127.0.0.1:${port}`;
    await vi.waitFor(() => fetch(url), { timeout: 10_000 });
    return url;
  }

  it("is ready although every request fails, and a probe's path fails, too, when it comes through Envoy", async () => {
    const url = await start({ CODES: "503:1", PROBE_PATHS: "/ready" });
    const status = async (path: string, headers = {}) => (await fetch(`${url}${path}`, { headers })).status;
    expect(await status("/ready")).toBe(200);
    expect(await status("/ready", { "x-request-id": "1" })).toBe(503);
    expect(await status("/")).toBe(503);
  });

  it("calls others with the tracing headers and end-user, and with nothing else of the request", async () => {
    const seen: IncomingHttpHeaders[] = [];
    const callee = createServer((request, response) => {
      seen.push(request.headers);
      response.end("Hostname=ratings-v1-abc\n");
    }).listen(0, "127.0.0.1");
    await once(callee, "listening");
    const { port } = callee.address() as AddressInfo;
    const url = await start({ CALLS: `127.0.0.1:${port.toString()}` });
    const headers = { "end-user": "jason", traceparent: "00-1-2-01", "x-request-id": "1", "x-other": "1" };
    const body = await (await fetch(url, { headers })).text();
    callee.closeAllConnections();
    callee.close();
    expect(body).toMatch(/^Hostname=page-v1-abc$/m);
    expect(body).toContain(`[127.0.0.1:${port.toString()} body] Hostname=ratings-v1-abc`);
    expect(seen.at(-1)).toMatchObject({ "end-user": "jason", traceparent: "00-1-2-01", "x-request-id": "1" });
    expect(seen.at(-1)).not.toHaveProperty("x-other");
  });

  it("answers field by field as Istio's echo server does", async () => {
    const url = await start({ VERSION: "v2" });
    const response = await fetch(`${url}/a?b=1`, {
      headers: { "x-b": "2", "X-A": "1", "user-agent": "check" },
    });
    const lines = (await response.text()).trim().split("\n");
    const { port, host } = new URL(url);
    const sent = lines.filter((line) => line.startsWith("RequestHeader="));
    expect(lines.filter((line) => !sent.includes(line))).toEqual([
      "ServiceVersion=v2",
      `ServicePort=${port}`,
      `Host=${host}`,
      "URL=/a?b=1",
      "Cluster=Kubernetes",
      "Method=GET",
      "Proto=HTTP/1.1",
      "IP=127.0.0.1",
      "Hostname=page-v1-abc",
    ]);
    const names = sent.map((line) => line.split(":")[0] ?? "");
    expect(names).toEqual(names.toSorted());
    expect(sent).toEqual(
      expect.arrayContaining([
        "RequestHeader=User-Agent:check",
        "RequestHeader=X-A:1",
        "RequestHeader=X-B:2",
      ]),
    );
    expect(lines.join()).not.toContain("RequestHeader=Host");
    expect(response.headers.get("content-type")).toBe("application/text");
  });
});
