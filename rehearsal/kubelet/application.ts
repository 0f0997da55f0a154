import { type Container, type Pod, type Service } from "../api/objects";
import { listeningPorts, type SpokenProtocol } from "./listening-ports";
import { choosesPod, namesOf } from "../services/service-names";
import { trustedAuthorities } from "./public-authority";
import { type StandIn, type StandInPrograms } from "./stand-in-program";

/** Annotations of a pod that tell its stand-in how to behave. */
const annotationPrefix = "rehearsal.istio-cdktf.dev";

/** By which curl and others find the authorities that they trust. */
const trustVariable = "SSL_CERT_FILE";

/**
 * Annotations that Istio's echo server cannot obey: it waits and fails as the query of a request says, the same for
 * every pod, and calls others only where its own gRPC service is asked to.
 */
const behaviours = ["calls", "delay", "codes"] as const;

/**
 * What stands in for an image that the rehearsal does not know: Istio's own echo server on the ports that the
 * container listens on, in their protocols, or, where an annotation asks for more, a small server that answers HTTP in
 * the same form. One that listens on none runs, too, so that requests can be sent from it.
 *
 * - `rehearsal.istio-cdktf.dev/calls: "ratings:9080, details:9080"` calls others and passes on who asks,
 * - `…/delay: 2s` or `300ms` answers late,
 * - `…/codes: "200:80,503:20"` answers with these statuses in these shares.
 *
 * @param services those of the pod's namespace
 */
export function applicationStandIn(
  pod: Pod,
  container: Container,
  programs: StandInPrograms,
  services: readonly Service[],
): StandIn {
  const ports = listeningPorts(pod, container, services);
  const speaking = (protocol: SpokenProtocol) =>
    ports.filter((port) => port.protocol === protocol).map(({ number }) => number);
  const settings = Object.fromEntries(
    behaviours.flatMap((name) => {
      const value = pod.metadata.annotations?.[`${annotationPrefix}/${name}`];
      return value === undefined ? [] : [[name.toUpperCase(), value]];
    }),
  );
  const version = pod.metadata.labels?.["version"] ?? "";
  // Not everywhere is it where curl looks by itself.
  const trust = (container.env ?? []).some(({ name }) => name === trustVariable)
    ? {}
    : { [trustVariable]: trustedAuthorities };
  if (Object.keys(settings).length > 0 && speaking("http").length > 0) {
    return {
      kind: "program",
      title: "an application that calls, waits or fails as its annotations say",
      command: ["/app/node", "/app/application.cjs"],
      args: [],
      environment: {
        ...settings,
        ...trust,
        PORTS: speaking("http").join(","),
        VERSION: version,
        PROBE_PATHS: probePaths(container).join(","),
      },
      mounts: [
        { source: programs.node, target: "/app/node" },
        { source: programs.application, target: "/app/application.cjs" },
      ],
      configuration: [],
    };
  }
  // Each of its lists has a default; one port of each kind beside the container's own is out of everybody's way.
  const unused = 17000 + pod.spec.containers.findIndex(({ name }) => name === container.name) * 10;
  const list = (flag: string, numbers: readonly number[], fallback: number) =>
    `--${flag}=${(numbers.length > 0 ? numbers : [fallback]).join(",")}`;
  const secured = ports.filter(({ tls }) => tls).map(({ number }) => number);
  const serving = {
    names: [
      ...services.filter((each) => choosesPod(each, pod)).flatMap(namesOf),
      pod.status?.podIP ?? pod.metadata.name,
    ],
    certificate: "/serving.crt",
    key: "/serving.key",
  };
  return {
    kind: "program",
    title: "Istio's echo server",
    command: ["/usr/local/bin/echo-server"],
    args: [
      list("port", speaking("http"), unused),
      list("grpc", speaking("grpc"), unused + 1),
      list("tcp", speaking("tcp"), unused + 2),
      ...(speaking("udp").length === 0 ? [] : [`--udp=${speaking("udp").join(",")}`]),
      ...(secured.length === 0
        ? []
        : [`--tls=${secured.join(",")}`, `--crt=${serving.certificate}`, `--key=${serving.key}`]),
      `--version=${version}`,
      "--cluster=Kubernetes",
    ],
    environment: { INSTANCE_IP: pod.status?.podIP ?? "", ...trust },
    mounts: [{ source: programs.echoServer, target: "/usr/local/bin/echo-server" }],
    configuration: [],
    ...(secured.length === 0 ? {} : { serving }),
  };
}

/** A probe is answered at once, whatever the annotations say: an application that fails requests is still running. */
function probePaths({ readinessProbe, startupProbe }: Container): readonly string[] {
  const gets = [readinessProbe?.httpGet, startupProbe?.httpGet].filter((get) => get !== undefined);
  return [...new Set(gets.map(({ path = "/" }) => path.split("?")[0] ?? "/"))];
}

/**
 * The program of an application with annotations. It runs alone in the pod, so it is kept as the text of one file.
 *
 * It answers in the form of Istio's echo server, field by field: `Hostname=` is its pod. Each line of a callee's answer
 * follows behind `[<host> body] `. It speaks HTTP/1.1 alone.
 */
export const applicationSource = `"use strict";
const http = require("node:http");
const calls = (process.env.CALLS || "").split(",").map((call) => call.trim()).filter(Boolean);
const codes = (process.env.CODES || "200:1").split(",").map((share) => share.trim().split(":").map(Number));
const seconds = /^([0-9.]+)(ms|s)$/.exec((process.env.DELAY || "0s").trim());
const delayMilliseconds = seconds ? Number(seconds[1]) * (seconds[2] === "s" ? 1000 : 1) : 0;
const passedOn = ["end-user", "x-request-id", "traceparent", "tracestate", "b3", "x-b3-traceid", "x-b3-spanid",
  "x-b3-parentspanid", "x-b3-sampled", "x-b3-flags", "x-ot-span-context", "x-cloud-trace-context", "grpc-trace-bin",
  "x-datadog-trace-id", "x-datadog-parent-id", "x-datadog-sampling-priority", "sw8", "cookie", "authorization", "user-agent"];
const probePaths = (process.env.PROBE_PATHS || "").split(",").filter(Boolean);
// Envoy gives every request an id, and a kubelet's probe does not come through it.
const isProbe = ({ url, headers }) => probePaths.includes(url.split("?")[0]) && !("x-request-id" in headers);
const agent = new http.Agent({ keepAlive: true });

const pickCode = () => {
  let left = Math.random() * codes.reduce((sum, [, share = 1]) => sum + share, 0);
  for (const [code, share = 1] of codes) if ((left -= share) < 0) return code;
  return 200;
};
const call = (to, request) => new Promise((resolve) => {
  const headers = Object.fromEntries(passedOn.flatMap((name) => (name in request.headers ? [[name, request.headers[name]]] : [])));
  const [host, port] = to.split(":");
  const sent = http.request({ host, port: Number(port || 80), path: request.url, headers, agent, timeout: 30000 }, (answer) => {
    const parts = [];
    answer.on("data", (part) => parts.push(part));
    answer.on("end", () => resolve("StatusCode=" + answer.statusCode + "\\n" + Buffer.concat(parts).toString()));
    answer.on("error", (error) => resolve("Error=" + error.message));
  });
  sent.on("timeout", () => sent.destroy(new Error("timed out")));
  sent.on("error", (error) => resolve("Error=" + error.message));
  sent.end();
});
const canonical = (name) => name.replace(/(^|-)[a-z]/g, (start) => start.toUpperCase());
const sentHeaders = ({ rawHeaders }) =>
  rawHeaders.flatMap((name, index) => (index % 2 ? [] : [[canonical(name.toLowerCase()), rawHeaders[index + 1]]]))
    .filter(([name]) => name !== "Host").sort(([one], [other]) => (one < other ? -1 : one > other ? 1 : 0));
const answer = async (request, response) => {
  request.resume();
  if (isProbe(request)) {
    response.end("ready\\n");
    return;
  }
  const [answers] = await Promise.all([
    Promise.all(calls.map((to) => call(to, request))),
    new Promise((resolve) => setTimeout(resolve, delayMilliseconds)),
  ]);
  const lines = [
    "ServiceVersion=" + (process.env.VERSION || ""),
    "ServicePort=" + request.socket.localPort,
    "Host=" + (request.headers.host || ""),
    "URL=" + request.url,
    "Cluster=Kubernetes",
    "Method=" + request.method,
    "Proto=HTTP/" + request.httpVersion,
    "IP=" + request.socket.remoteAddress,
    ...sentHeaders(request).map(([name, value]) => "RequestHeader=" + name + ":" + value),
    "Hostname=" + process.env.HOSTNAME,
    ...answers.flatMap((text, index) => text.trim().split("\\n").map((line) => "[" + calls[index] + " body] " + line)),
  ];
  response.writeHead(pickCode(), { "content-type": "application/text" });
  response.end(lines.join("\\n") + "\\n");
};
const servers = process.env.PORTS.split(",").map((port) => {
  const server = http.createServer(answer);
  server.keepAliveTimeout = 600000;
  return server.listen(Number(port), process.env.ADDRESS || "0.0.0.0");
});
process.on("SIGTERM", () => { for (const server of servers) server.close(); setTimeout(() => process.exit(0), 200); });
`;
