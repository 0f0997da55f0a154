import type { RequestListener } from "node:http";
import { check as checkSchema } from "../../../contract/checks";
import { meshOutputs as outputsSchema, noGateway, type GatewayOutputs } from "../../../contract/outputs";
import type { Target } from "../../../smoke/target";
import type { Verdict } from "../../../smoke/verdict";
import { verdictOf } from "./cluster-run";
import { runOnce, type Once } from "./run-once";
import { healthyGateway, type Servers } from "./servers";

/** How an application answers. */
export type Answer = RequestListener;

/** A request that came through the gateway. */
export interface SeenRequest {
  readonly method: string;
  readonly url: string;
  readonly host: string;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
}

/** Answers health as a gateway does, and every other path as the test says. */
export function gateway(answer: Answer, onRequest?: (request: SeenRequest) => void): RequestListener {
  return (request, response) => {
    if (request.url === "/healthz" || request.url?.startsWith("/istio-cdktf-smoke") === true) {
      healthyGateway(request, response);
      return;
    }
    let body = "";
    request.on("data", (chunk) => (body += String(chunk)));
    request.on("end", () => {
      const { method = "", url = "", headers } = request;
      onRequest?.({ method, url, host: headers.host ?? "", headers, body });
      response.setHeader("server", "istio-envoy");
      answer(request, response);
    });
  };
}

export const reply =
  (status: number, headers: Readonly<Record<string, string>> = {}, body = ""): Answer =>
  (_, response) =>
    response.writeHead(status, headers).end(body);

/** Answers as a pod behind Envoy does that Istio's echo server runs in. */
export const echo =
  (pod: () => string): Answer =>
  (_, response) => {
    response.setHeader("x-envoy-upstream-service-time", "1");
    response.end(`ServiceVersion=v1\nHostname=${pod()}\nRequestHeader=x:y\n`);
  };

/** Outputs of a gateway on loopback. */
export const outputsAt = (port: number, more: Partial<GatewayOutputs> = {}): GatewayOutputs => ({
  ...noGateway,
  gateway_address: "127.0.0.1",
  gateway_http_port: `${port}`,
  gateway_service: "istio-ingress/istio-ingress",
  healthz_url: `http://127.0.0.1:${port}/healthz`,
  ...more,
});

/** What a stack with these checks writes. */
export function targetOf(
  outputs: GatewayOutputs,
  checks: readonly unknown[],
  gateways: Readonly<Record<string, GatewayOutputs>> = {},
): Target {
  const url = new URL(outputs.healthz_url);
  const parsed = checks.map((one) => checkSchema.parse(one));
  return {
    source: "memory",
    url,
    host: outputs.healthz_host || url.hostname,
    istioRevision: "default",
    outputs,
    mesh: {
      outputs: outputsSchema.parse({ contract_version: "1.0", ...outputs, gateways, checks: parsed }),
      unreadableChecks: [],
      notes: [],
    },
  };
}

/** A check as an environment file has it. */
export const described = (request: object, expectation: object, more: object = {}) => ({
  name: "the check",
  request,
  expect: expectation,
  ...more,
});

/** Runs one check against one answer; returns the report, the check's verdict and the requests that came. */
export async function ask(servers: Servers, answer: Answer, check: object, once: Once = {}) {
  const seen: SeenRequest[] = [];
  const port = await servers.http(gateway(answer, (request) => seen.push(request)));
  const report = await runOnce("", { target: targetOf(outputsAt(port), [check]), ...once });
  return { report, seen, verdict: verdictOf(report, "the check") };
}

/** The fault of a failed verdict, else its status. */
export const faultOf = (verdict: Verdict | undefined) =>
  verdict?.status === "failed" ? verdict.fault : verdict?.status;
