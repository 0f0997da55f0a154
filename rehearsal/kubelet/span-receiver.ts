import { type Container, type Pod, type Service } from "../api/objects";
import { listeningPorts } from "./listening-ports";
import { type StandIn, type StandInPrograms } from "./stand-in-program";

/** Stands in for Jaeger: takes spans of OTLP over gRPC, and tells of them over HTTP. */
export function spanReceiver(
  pod: Pod,
  container: Container,
  programs: Pick<StandInPrograms, "node" | "spanReceiver">,
  services: readonly Service[],
): StandIn {
  const ports = listeningPorts(pod, container, services);
  const speaking = (isGrpc: boolean) =>
    ports.filter(({ protocol }) => (protocol === "grpc") === isGrpc).map(({ number }) => number);
  return {
    kind: "program",
    title: "a small receiver of OTLP spans",
    command: ["/app/node", "/app/span-receiver.cjs"],
    args: [],
    environment: { GRPC_PORTS: speaking(true).join(","), HTTP_PORTS: speaking(false).join(",") },
    mounts: [
      { source: programs.node, target: "/app/node" },
      { source: programs.spanReceiver, target: "/app/span-receiver.cjs" },
    ],
    configuration: [],
  };
}

/**
 * The program, as the text of one file: it runs alone in the pod.
 *
 * `GET /traces?of=<URL>&at=<host>` asks for the URL twenty times at that host, without a trace of its own, and tells
 * two seconds later of what arrived: a line for each way through a trace, the services of its spans from the first to
 * the last, and how often.
 *
 * @see https://github.com/open-telemetry/opentelemetry-proto/blob/v1.9.0/opentelemetry/proto/trace/v1/trace.proto
 */
export const spanReceiverSource = `"use strict";
const http = require("node:http");
const http2 = require("node:http2");
const https = require("node:https");
const address = process.env.ADDRESS || "0.0.0.0";
// Envoy sends five spans at once, and fewer after five seconds.
const settleMilliseconds = Number(process.env.SETTLE_MILLISECONDS || 2000);
const ports = (name) => (process.env[name] || "").split(",").filter(Boolean).map(Number);
let spans = new Map();

// Fields of a message of protobuf, by their numbers; those of a fixed or variable length number are left out.
const fieldsOf = (bytes) => {
  const fields = new Map();
  let at = 0;
  const number = () => {
    let value = 0, factor = 1, byte;
    do {
      byte = bytes[at++];
      value += (byte & 127) * factor;
      factor *= 128;
    } while (byte > 127);
    return value;
  };
  while (at < bytes.length) {
    const key = number();
    const wireType = key % 8;
    if (wireType === 0) number();
    else if (wireType === 1) at += 8;
    else if (wireType === 5) at += 4;
    else if (wireType === 2) {
      const length = number();
      const field = Math.floor(key / 8);
      fields.set(field, [...(fields.get(field) || []), bytes.subarray(at, at + length)]);
      at += length;
    } else throw new Error("wire type " + wireType);
  }
  return (field) => fields.get(field) || [];
};
const take = (request) => {
  for (const ofResource of fieldsOf(request)(1)) {
    const [resource] = fieldsOf(ofResource)(1);
    const attributes = resource === undefined ? [] : fieldsOf(resource)(1).map(fieldsOf);
    const name = attributes.find((of) => String(of(1)[0]) === "service.name");
    const service = name === undefined ? "unknown" : String(fieldsOf(name(2)[0])(1)[0]);
    for (const span of fieldsOf(ofResource)(2).flatMap((scope) => fieldsOf(scope)(2)).map(fieldsOf)) {
      const [trace, id, parent] = [1, 2, 4].map((field) => (span(field)[0] || Buffer.of()).toString("hex"));
      spans.set(trace + id, { service, parent: parent === "" ? undefined : trace + parent });
    }
  }
};
const ways = () => {
  const parents = new Set([...spans.values()].map(({ parent }) => parent));
  const counts = new Map();
  for (const last of spans.keys()) {
    if (parents.has(last)) continue;
    const way = [];
    for (let id = last; spans.has(id); id = spans.get(id).parent) way.unshift(spans.get(id).service);
    const line = way.join(" > ");
    counts.set(line, (counts.get(line) || 0) + 1);
  }
  return [...counts].map(([line, count]) => count + " x " + line).sort();
};
const ask = (url, host) => new Promise((resolve) => {
  const { protocol, hostname, port, pathname } = new URL(url);
  const how = { host, path: pathname, headers: { host: hostname }, servername: hostname, rejectUnauthorized: false };
  const send = protocol === "https:" ? https.get : http.get;
  send(port === "" ? how : { ...how, port }, (answer) => {
    answer.resume();
    answer.on("close", () => resolve(answer.statusCode));
  }).on("error", (error) => resolve(error.message));
});
const answer = async (request, response) => {
  const { pathname, searchParams } = new URL(request.url, "http://receiver");
  if (pathname !== "/traces") return response.end("receiving\\n");
  spans = new Map();
  const answers = await Promise.all(Array.from({ length: 20 }, () => ask(searchParams.get("of"), searchParams.get("at"))));
  await new Promise((resolve) => setTimeout(resolve, settleMilliseconds));
  const lines = ways();
  response.end(["answers: " + [...new Set(answers)].join(", "), spans.size + " spans", ...lines].join("\\n") + "\\n");
};
const serve = (stream, headers) => {
  let bytes = Buffer.of();
  stream.on("error", () => {});
  stream.respond({ ":status": 200, "content-type": "application/grpc" }, { waitForTrailers: true });
  stream.on("wantTrailers", () => stream.sendTrailers({ "grpc-status": "0" }));
  stream.on("data", (part) => {
    bytes = Buffer.concat([bytes, part]);
  });
  stream.on("end", () => {
    // Each message stands behind a byte that says whether it is compressed, and four for its length.
    for (; bytes.length >= 5; bytes = bytes.subarray(5 + bytes.readUInt32BE(1))) {
      take(bytes.subarray(5, 5 + bytes.readUInt32BE(1)));
    }
    // An empty ExportTraceServiceResponse.
    stream.end(Buffer.alloc(5));
  });
};
for (const port of ports("GRPC_PORTS")) http2.createServer().on("stream", serve).listen(port, address);
for (const port of ports("HTTP_PORTS")) http.createServer(answer).listen(port, address);
process.on("SIGTERM", () => process.exit(0));
`;
