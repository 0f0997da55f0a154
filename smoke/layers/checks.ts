import { randomBytes } from "node:crypto";
import { isIP } from "node:net";
import { isStatus } from "../../contract/check-expectation";
import type { GatewayRequest, WorkloadRequest } from "../../contract/check-request";
import type { Check as DescribedCheck } from "../../contract/checks";
import type { GatewayOutputs } from "../../contract/outputs";
import { attribute, type Attribution } from "../checks/attribution";
import { CheckTally } from "../checks/check-tally";
import { decideCheck, type CheckObservation, type LoggedHop } from "../checks/decide-check";
import { sendThroughGateway } from "../checks/gateway-requests";
import type { SendingOptions } from "../checks/workload-requests";
import type { AccessLogEntry } from "../kubernetes/access-log";
import type { AccessLog, Cluster, HostRoutes } from "../kubernetes/cluster";
import type { Trust } from "../probes/trust";
import { authority, exposedPort } from "../target";
import { found, skipped, type Check, type Verdict } from "../verdict";
import { check, type Layer, type LayerContext } from "./layer";
import { endpoint } from "./tcp";
import { chooseTrust } from "./tls";

/** istiod pushes within seconds: a check that fails for longer fails for another reason. */
const settledAfterMs = 30_000;

/** The gateway of a check, and where it is reached. */
interface Entrance {
  readonly outputs: GatewayOutputs;
  readonly scheme: "http" | "https";
  readonly port: number;
  readonly addresses: readonly string[];
  /** Whether it is the gateway that the layers before have probed, and the cluster is read for. */
  readonly isProbed: boolean;
}

function gatewayOf({ target }: LayerContext, { gateway }: GatewayRequest): GatewayOutputs | string {
  const mesh = target.mesh?.outputs;
  if (mesh === undefined) return "there are no outputs";
  if (gateway === undefined) return mesh;
  const { gateways } = mesh;
  if (Object.hasOwn(gateways, gateway)) return gateways[gateway] ?? mesh;
  return `gateways has no ${gateway}, but ${Object.keys(gateways).join(", ") || "nothing"}`;
}

async function entranceOf(context: LayerContext, request: GatewayRequest): Promise<Entrance | Verdict> {
  const { target, known, probes } = context;
  const tried = `find gateway ${request.gateway ?? "of the plain outputs"}`;
  const outputs = gatewayOf(context, request);
  if (typeof outputs === "string") return found("check-gateway-missing", { tried, got: outputs });
  const scheme = request.scheme ?? (outputs.gateway_https_port === "" ? "http" : "https");
  const port = exposedPort(scheme === "https" ? outputs.gateway_https_port : outputs.gateway_http_port);
  if (port === undefined) {
    const got = `gateway_${scheme}_port is "": the gateway has no port for ${scheme}`;
    return found("check-gateway-missing", { tried, got });
  }
  const isProbed = outputs.gateway_service === target.outputs?.gateway_service;
  const { gateway_address: address } = outputs;
  if (isProbed) return { outputs, scheme, port, addresses: known.reachable, isProbed };
  if (address === "") return found("check-gateway-missing", { tried, got: 'gateway_address is ""' });
  if (isIP(address) !== 0) return { outputs, scheme, port, addresses: [address], isProbed };
  const resolved = await probes.lookupBySystem(address);
  if (resolved.kind === "found" && resolved.addresses.length > 0) {
    return { outputs, scheme, port, addresses: resolved.addresses, isProbed };
  }
  const detail = resolved.kind === "found" ? "no address" : resolved.detail;
  return found("check-no-answer", { tried: `look up ${address}`, got: detail });
}

async function trustOf(context: LayerContext, { outputs, isProbed }: Entrance): Promise<Trust> {
  if (isProbed || context.settings.ca !== undefined) return chooseTrust(context);
  const { gateway_ca } = outputs;
  return gateway_ca === ""
    ? context.probes.systemTrust()
    : { source: "the output gateway_ca", certificates: [gateway_ca] };
}

/** Room for what a check expects to take long. */
function sendingOptions(
  { settings, signal }: LayerContext,
  { repeat, concurrency, expect }: DescribedCheck,
  userAgent: string,
): SendingOptions {
  const { atLeast = 0, atMost = 0 } = expect.connection === undefined ? (expect.seconds ?? {}) : {};
  const timeoutMs = settings.requestTimeoutMs + 1000 * Math.max(atLeast, atMost);
  return { repeat, concurrency, timeoutMs, signal, userAgent };
}

/** Names of the workloads that a check expects to answer; none where it asks for none. */
function expectedWorkloads({ expect }: DescribedCheck): readonly string[] {
  if (expect.connection !== undefined) return [];
  if (expect.split === undefined) {
    return expect.workload === undefined ? Object.keys(expect.mirrored ?? {}) : [expect.workload];
  }
  return Object.keys(expect.split).filter((name) => !isStatus(name));
}

/** Reads a log until it has what is wanted. Envoy writes it once a second. */
async function readLog(
  { clock, signal }: LayerContext,
  read: () => Promise<AccessLog>,
  wanted: number,
): Promise<AccessLog> {
  let log: AccessLog = { entries: [] };
  for (const pauseMs of [0, 1200]) {
    await clock.sleep(pauseMs, signal);
    log = await read();
    if (log.entries.length >= wanted || log.unread !== undefined) break;
  }
  return log;
}

/** What the cluster can say of a check's requests. */
interface Inside {
  readonly cluster: Cluster;
  /** Undefined where they cannot be told from others. */
  readonly userAgent?: string;
  /** The first Envoy on their way. */
  readonly first: { readonly by: string; readonly log: (userAgent: string) => Promise<AccessLog> };
  readonly virtualServices: () => Promise<readonly HostRoutes[] | undefined>;
}

const mostUpstreams = 3;

/** Whether a sidecar received a request, and did not send it: who is asked may ask others in the same name. */
const isInbound = ({ upstreamCluster }: AccessLogEntry) => upstreamCluster.startsWith("inbound|");

/** What the sidecars logged that the first Envoy sent requests to. */
async function nextHops(
  { cluster, userAgent }: Inside,
  { entries }: AccessLog,
): Promise<readonly LoggedHop[]> {
  if (userAgent === undefined) return [];
  const hosts = entries.flatMap(({ upstreamHost }) => (upstreamHost === "" ? [] : [upstreamHost]));
  const addresses = [...new Set(hosts.map((host) => host.replace(/:\d+$/, "").replace(/^\[(.*)\]$/, "$1")))];
  const logs = await Promise.all(
    addresses.slice(0, mostUpstreams).map((ip) => cluster.sidecarLogs({ ip }, userAgent)),
  );
  return logs.flat().flatMap((log) => {
    const received = log.entries.filter(isInbound);
    return received.length === 0
      ? []
      : [{ by: `the sidecar of ${log.owner.namespace}/${log.owner.name}`, entries: received }];
  });
}

/** How many copies of the requests workloads got: what their sidecars logged without what they answered. */
async function countCopies(
  context: LayerContext,
  names: readonly string[],
  { cluster, userAgent }: Inside,
  answered: Attribution | undefined,
  sent: number,
): Promise<ReadonlyMap<string, number> | string> {
  if (userAgent === undefined) return "its requests cannot be told from others in an access log";
  const copies = new Map<string, number>();
  for (const name of names) {
    const read = async () => {
      const logs = await cluster.sidecarLogs({ workload: name }, userAgent);
      const [unread] = logs.flatMap((log) => log.unread ?? []);
      const received = logs.flatMap(({ entries }) => entries.filter(isInbound));
      return { entries: received, ...(unread === undefined ? {} : { unread }) };
    };
    const { entries, unread } = await readLog(context, read, sent);
    if (unread !== undefined) return `the access log of ${name} cannot be read: ${unread}`;
    const counts = answered?.kind === "told" ? answered.counts : [];
    const own = counts.filter((one) => one.name === name || `${one.namespace ?? ""}/${one.name}` === name);
    copies.set(name, entries.length - own.reduce((sum, { count }) => sum + count, 0));
  }
  return copies;
}

/**
 * Judges with as little as is needed: access logs are read where an answer does not tell who gave it, where copies are
 * counted, and where something is wrong.
 */
async function judge(
  context: LayerContext,
  described: DescribedCheck,
  { request, tally }: Pick<CheckObservation, "request" | "tally">,
  inside: Inside | undefined,
): Promise<Verdict> {
  const { cluster } = context.known;
  const { expect } = described;
  const expected = expectedWorkloads(described);
  const isAttributed = expected.length > 0 || (expect.connection === undefined && expect.pods !== undefined);
  const decide = async (
    logged?: AccessLog,
    evidence: Pick<CheckObservation, "logged" | "virtualServices"> = {},
  ) => {
    const { answers, pods } = tally;
    const source = {
      ...(cluster === undefined ? {} : { cluster }),
      ...(logged === undefined ? {} : { logged }),
    };
    const attribution = isAttributed ? await attribute({ answers, pods, expected, ...source }) : undefined;
    const mirrored = expect.connection === undefined ? Object.keys(expect.mirrored ?? {}) : [];
    const copies =
      mirrored.length === 0 || inside === undefined
        ? undefined
        : await countCopies(context, mirrored, inside, attribution, tally.sent);
    return decideCheck(described, {
      request,
      tally,
      ...(attribution === undefined ? {} : { attribution }),
      ...(copies === undefined ? {} : { copies }),
      ...evidence,
    });
  };
  const verdict = await decide();
  if (verdict.status === "passed" || inside === undefined) return verdict;
  const { userAgent, first } = inside;
  const [log, virtualServices] = await Promise.all([
    userAgent === undefined ? undefined : readLog(context, () => first.log(userAgent), tally.answers),
    inside.virtualServices(),
  ]);
  const logged =
    log === undefined ? [] : [{ by: first.by, entries: log.entries }, ...(await nextHops(inside, log))];
  return decide(log, { logged, ...(virtualServices === undefined ? {} : { virtualServices }) });
}

/** Unique to these requests, so that a log tells them from others and from an earlier round. */
const ownUserAgent = ({ userAgent }: LayerContext) => `${userAgent}.${randomBytes(4).toString("hex")}`;

/** A request with a User-Agent of its own is sent with that. */
const isTold = ({ headers }: Pick<GatewayRequest, "headers">) =>
  Object.keys(headers).every((name) => name.toLowerCase() !== "user-agent");

async function askGateway(
  context: LayerContext,
  described: DescribedCheck,
  request: GatewayRequest,
): Promise<Verdict> {
  const entrance = await entranceOf(context, request);
  if ("status" in entrance) return entrance;
  const { outputs, scheme, port, addresses, isProbed } = entrance;
  const [address] = addresses;
  if (address === undefined) return skipped("the gateway has no address that accepts connections");
  const host = request.host ?? (outputs.healthz_host || outputs.gateway_address);
  const url = `${scheme}://${authority(host)}${request.path}`;
  const tally = new CheckTally(described.expect, url);
  const userAgent = ownUserAgent(context);
  const trust = scheme === "https" ? await trustOf(context, entrance) : undefined;
  await sendThroughGateway(
    {
      scheme,
      port,
      path: request.path,
      hostHeader: authority(host),
      serverName: host,
      trusted: trust?.certificates,
      userAgent,
      method: request.method,
      headers: request.headers,
      ...(request.body === undefined ? {} : { body: request.body }),
    },
    addresses,
    sendingOptions(context, described, userAgent),
    (observation) => {
      tally.add(observation);
    },
    context.probes.sendHttp,
  );
  const text = `${request.method} ${url} at ${endpoint(address, port)}`;
  const { cluster } = context.known;
  // The cluster is read for the gateway that the layers before have probed.
  if (cluster === undefined || !isProbed)
    return judge(context, described, { request: text, tally }, undefined);
  return judge(
    context,
    described,
    { request: text, tally },
    {
      cluster,
      ...(isTold(request) ? { userAgent } : {}),
      first: { by: "the gateway", log: (agent) => cluster.accessLog(agent) },
      virtualServices: () => cluster.virtualServicesOf(host),
    },
  );
}

async function askWorkload(
  context: LayerContext,
  described: DescribedCheck,
  request: WorkloadRequest,
): Promise<Verdict> {
  const { workloadRequests } = context;
  if (workloadRequests === undefined) {
    return skipped(
      `not checked: it sends from inside ${request.from}; --send-from exec or pod does so, with --kubeconfig or --context`,
    );
  }
  const tally = new CheckTally(described.expect, request.to);
  const userAgent = ownUserAgent(context);
  const options = sendingOptions(context, described, userAgent);
  const sending = await workloadRequests.send(request, options, (observation) => {
    tally.add(observation);
  });
  if (sending.kind === "not-sent") return skipped(`not checked: ${sending.why}`);
  const text = `${request.method} ${request.to} from ${request.from}`;
  const { cluster } = context.known;
  if (cluster === undefined) return judge(context, described, { request: text, tally }, undefined);
  return judge(
    context,
    described,
    { request: text, tally },
    {
      cluster,
      ...(isTold(request) ? { userAgent } : {}),
      first: {
        by: `the sidecar of ${request.from}`,
        log: async (agent) => {
          const logs = await cluster.sidecarLogs({ workload: request.from }, agent);
          return { entries: logs.flatMap(({ entries }) => entries.filter((entry) => !isInbound(entry))) };
        },
      },
      virtualServices: () =>
        cluster.virtualServicesOf(new URL(request.to).hostname, request.from.split("/")[0]),
    },
  );
}

/** A failure that lasts is final: what is described is not what is deployed. */
function settled(verdict: Verdict, waitedMs: number): Verdict {
  return verdict.status === "failed" && waitedMs >= settledAfterMs ? { ...verdict, curable: false } : verdict;
}

/**
 * Sends the requests that the environment describes, one check after the other: some count what others send. A check
 * that has passed is not asked again while another is waited for.
 */
export const probeChecks: Layer = async (context) => {
  const { target, clock, known, waitedMs, signal } = context;
  const { outputs, unreadableChecks = [] } = target.mesh ?? {};
  const done = new Map(known.doneChecks);
  const checks: Check[] = [];
  for (const described of outputs?.checks ?? []) {
    if (signal.aborted) break;
    const { name, request } = described;
    const asked =
      done.get(name) ??
      (await check(clock, name, async () => {
        const verdict =
          request.from === undefined
            ? await askGateway(context, described, request)
            : await askWorkload(context, described, request);
        return settled(verdict, waitedMs);
      }));
    checks.push(asked);
    if (asked.verdict.status === "passed" || asked.verdict.status === "skipped") done.set(name, asked);
  }
  for (const { name, why } of unreadableChecks) {
    checks.push(await check(clock, name, () => skipped(`not checked: this version cannot read it (${why})`)));
  }
  return { checks, learned: { doneChecks: done } };
};
