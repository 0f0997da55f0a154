import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import { connect } from "node:http2";
import { type AddressInfo, createServer as createTcpServer } from "node:net";
import { afterEach, expect, test, vi } from "vitest";
import { type Container, type Pod } from "../../../rehearsal/api/objects";
import { spanReceiverSource } from "../../../rehearsal/kubelet/span-receiver";
import { standInFor } from "../../../rehearsal/kubelet/stand-in";
import { type StandInPrograms } from "../../../rehearsal/kubelet/stand-in-program";

const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
});

async function freePort(): Promise<number> {
  const server = createTcpServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

/** A field of protobuf with bytes, shorter than 128. */
const field = (number: number, content: string | Buffer) => {
  const bytes = Buffer.from(content);
  return Buffer.concat([Buffer.from([number * 8 + 2, bytes.length]), bytes]);
};
const id = (length: number, value: number) => Buffer.alloc(length, value);

interface Sent {
  readonly service: string;
  readonly trace: number;
  readonly span: number;
  readonly parent?: number;
}

/** An ExportTraceServiceRequest with one span. */
function exported({ service, trace, span, parent }: Sent): Buffer {
  const name = Buffer.concat([field(1, "service.name"), field(2, field(1, service))]);
  const ids = [field(1, id(16, trace)), field(2, id(8, span))];
  const start = Buffer.concat([Buffer.from([7 * 8 + 1]), id(8, 1)]);
  const kind = Buffer.from([6 * 8, 2]);
  const body = Buffer.concat([
    ...ids,
    ...(parent === undefined ? [] : [field(4, id(8, parent))]),
    kind,
    start,
  ]);
  const message = field(1, Buffer.concat([field(1, field(1, name)), field(2, field(2, body))]));
  const head = Buffer.alloc(5);
  head.writeUInt32BE(message.length, 1);
  return Buffer.concat([head, message]);
}

async function send(port: number, spans: readonly Sent[]): Promise<string> {
  const session = connect(`http://127.0.0.1:${port.toString()}`);
  const stream = session.request({
    ":method": "POST",
    ":path": "/Export",
    "content-type": "application/grpc",
  });
  const trailers = once(stream, "trailers") as Promise<[Record<string, string>]>;
  stream.resume();
  stream.end(Buffer.concat(spans.map(exported)));
  const [{ "grpc-status": status = "none" }] = await trailers;
  session.close();
  return status;
}

test("spans that arrive while a page is asked for are told of as ways through their traces", async () => {
  const [grpc, query] = [await freePort(), await freePort()];
  const env = {
    ADDRESS: "127.0.0.1",
    GRPC_PORTS: grpc.toString(),
    HTTP_PORTS: query.toString(),
    SETTLE_MILLISECONDS: "0",
  };
  children.push(spawn(process.execPath, ["-e", spanReceiverSource], { env, stdio: "ignore" }));
  const base = `http://127.0.0.1:${query.toString()}`;
  await vi.waitFor(() => fetch(base), { timeout: 10_000 });
  const statuses: string[] = [];
  let asked = 0;
  const page = createServer((_request, response) => {
    asked += 1;
    if (asked < 20) return response.end();
    void send(grpc, [
      { service: "edge", trace: 1, span: 1 },
      { service: "page", trace: 1, span: 2, parent: 1 },
      { service: "stars", trace: 1, span: 3, parent: 2 },
      { service: "page", trace: 2, span: 2, parent: 1 },
    ]).then((status) => {
      statuses.push(status);
      response.end();
    });
    return;
  }).listen(0, "127.0.0.1");
  await once(page, "listening");
  const { port } = page.address() as AddressInfo;
  expect(await send(grpc, [{ service: "before", trace: 9, span: 9 }])).toBe("0");
  const url = encodeURIComponent(`http://page.test:${port.toString()}/`);
  const told = await (await fetch(`${base}/traces?of=${url}&at=127.0.0.1`)).text();
  page.closeAllConnections();
  page.close();
  expect(statuses).toEqual(["0"]);
  expect(told.split("\n")).toEqual(["answers: 200", "4 spans", "1 x edge > page > stars", "1 x page", ""]);
});

test("it stands in for Jaeger, and listens on the ports as they are named", () => {
  const container: Container = {
    name: "jaeger",
    image: "registry.example.com/jaegertracing/jaeger:2.17.0",
    ports: [
      { name: "grpc-otlp", containerPort: 4317 },
      { name: "http-query", containerPort: 16686 },
    ],
  };
  const pod: Pod = {
    metadata: { name: "jaeger-1", namespace: "tracing", uid: "u", resourceVersion: "1" },
    spec: { containers: [container] },
  };
  const programs = { node: "/c/node", spanReceiver: "/c/spans.cjs" } as StandInPrograms;
  const standIn = (image: string) => standInFor(pod, { ...container, image }, programs, []);
  expect(standIn(container.image)).toMatchObject({
    title: "a small receiver of OTLP spans",
    environment: { GRPC_PORTS: "4317", HTTP_PORTS: "16686" },
  });
});
