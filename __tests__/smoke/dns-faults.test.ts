import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { decideDns, isPublicName } from "../../smoke/layers/dns";
import {
  isInHostsFile,
  lookupAtAuthority,
  lookupBySystem,
  observeDnsError,
  withinTime,
} from "../../smoke/probes/dns-probe";
import type { Probes } from "../../smoke/probes/probes";
import { targetFromUrl } from "../../smoke/outputs/target-from-url";
import { addressReply, dnsServer, type Question, type Reply } from "../support/smoke/dns-server";
import { diagnosis, ManualClock, runOnce } from "../support/smoke/run-once";
import { healthyGateway, Servers } from "../support/smoke/servers";

const servers = new Servers();
const dnsServers: Awaited<ReturnType<typeof dnsServer>>[] = [];
afterAll(async () => {
  await Promise.all([servers.close(), ...dnsServers.map((server) => server.close())]);
});

async function serve(answer: (question: Question) => Reply) {
  const server = await dnsServer(answer);
  dnsServers.push(server);
  return server;
}

const name = "gateway.example.org";

/** A resolver that knows the zone's servers, and has its own answer for everything else. */
const resolverOf = (answer: (question: Question) => Reply) => (question: Question) => {
  if (question.name === "example.org" && question.type === "SOA") return { records: ["ns1.example.org"] };
  if (question.name === "example.org" && question.type === "NS") return { records: ["ns1.example.org"] };
  if (question.name === "ns1.example.org") return addressReply(question, ["127.0.0.1"]);
  return answer(question);
};

function probesOf(resolver: string, authoritativePort: number): Partial<Probes> {
  const options = { servers: [resolver], authoritativePort, timeoutMs: 150 };
  return {
    lookupBySystem: (host) => lookupBySystem(host, options),
    lookupAtAuthority: (host) => lookupAtAuthority(host, options),
    isInHostsFile: () => Promise.resolve(false),
  };
}

async function diagnose(system: Reply): Promise<string> {
  const resolver = await serve(() => system);
  const target = targetFromUrl(`http://${name}/healthz`, undefined);
  return diagnosis(await runOnce("", { target, probes: probesOf(resolver.server, 1) }));
}

test.each([
  ["NXDOMAIN", "dns-not-found"],
  ["SERVFAIL", "dns-servfail"],
  ["REFUSED", "dns-refused"],
  ["silence", "dns-silent"],
  [{ records: [] }, "dns-no-address"],
] as const)("a resolver that answers %j is named %s", async (reply, fault) => {
  expect(await diagnose(reply)).toBe(`dns: ${fault}`);
});

test("a name that stands for nobody's address does not lead to this machine", async () => {
  const port = await servers.http(healthyGateway);
  const target = targetFromUrl(`http://${name}:${port}/healthz`, undefined);
  const at = (...addresses: string[]) =>
    runOnce("", { target, probes: { lookupBySystem: () => Promise.resolve({ kind: "found", addresses }) } });
  expect(diagnosis(await at("0.0.0.0"))).toBe("dns: dns-unspecified");
  expect(diagnosis(await at("127.0.0.1", "::"))).toBe("dns: dns-unspecified");
  expect(diagnosis(await at("127.0.0.1"))).toBe("passed");
});

test("of a thousand addresses a few are probed, and the report says so", async () => {
  const addresses = Array.from({ length: 1000 }, (_, index) => `10.0.${index >> 8}.${index & 255}`);
  const asked: string[] = [];
  const report = await runOnce("", {
    target: targetFromUrl(`http://${name}/healthz`, undefined),
    probes: {
      lookupBySystem: () => Promise.resolve({ kind: "found", addresses }),
      connectTcp: ({ address }) => {
        asked.push(address);
        return Promise.resolve({ kind: "refused", detail: "ECONNREFUSED" });
      },
    },
  });
  expect(asked).toEqual(addresses.slice(0, 16));
  expect(report.layers.find(({ layer }) => layer === "dns")?.verdict).toMatchObject({
    warning: "the first 16 of 1000 addresses are probed",
  });
});

test("a resolver of the system that never comes back is silent", async () => {
  const error: unknown = await withinTime(new Promise(() => undefined), 1).catch((reason: unknown) => reason);
  expect(observeDnsError(error)).toMatchObject({ kind: "silent" });
  expect(await withinTime(Promise.resolve("address"), 60_000)).toBe("address");
});

test("NXDOMAIN, SERVFAIL, nothing, then success: the run waits and passes", async () => {
  const replies: Reply[] = ["NXDOMAIN", "SERVFAIL", "silence"];
  let round = 0;
  const resolver = await serve((question) => replies[round] ?? addressReply(question, ["127.0.0.1"]));
  const port = await servers.http(healthyGateway);
  const waited: string[] = [];
  const report = await runOnce("", {
    target: targetFromUrl(`http://gateway.lan:${port}/healthz`, undefined),
    options: { timeoutSeconds: 60 },
    probes: probesOf(resolver.server, 1),
    dependencies: {
      clock: new ManualClock(),
      onWaiting: ({ verdict }) => {
        round++;
        if (verdict.status === "failed" || verdict.status === "pending") waited.push(verdict.fault);
      },
    },
  });
  expect(waited).toEqual(["dns-not-found", "dns-servfail", "dns-silent"]);
  expect(report.outcome).toBe("passed");
});

test("while a public name does not exist yet, only its zone's servers are asked for it", async () => {
  let published = false;
  const authority = await serve((question) =>
    published ? addressReply(question, ["127.0.0.1"]) : "NXDOMAIN",
  );
  const resolver = await serve(resolverOf((question) => addressReply(question, ["127.0.0.1"])));
  const port = await servers.http(healthyGateway);
  const askedTooEarly: Question[] = [];
  const report = await runOnce("", {
    target: targetFromUrl(`http://${name}:${port}/healthz`, undefined),
    options: { timeoutSeconds: 300 },
    probes: probesOf(resolver.server, authority.port),
    dependencies: {
      clock: new ManualClock(),
      onWaiting: ({ verdict }) => {
        expect(verdict).toMatchObject({ status: "pending", fault: "dns-not-published" });
        askedTooEarly.push(...resolver.asked.filter((question) => question.name === name));
        published = authority.asked.length > 4;
      },
    },
  });
  expect(report.outcome).toBe("passed");
  expect(askedTooEarly).toEqual([]);
  expect(resolver.asked.some((question) => question.name === name)).toBe(true);
});

test("authoritative servers out of reach are no failure: the system's resolver decides", async () => {
  const resolver = await serve(resolverOf((question) => addressReply(question, ["127.0.0.1"])));
  const port = await servers.http(healthyGateway);
  const report = await runOnce("", {
    target: targetFromUrl(`http://${name}:${port}/healthz`, undefined),
    options: { timeoutSeconds: 60 },
    probes: probesOf(resolver.server, await servers.closedPort()),
    dependencies: { clock: new ManualClock() },
  });
  expect(report.outcome).toBe("passed");
});

test("a name that its zone has and the system's resolver denies is a cached absence", async () => {
  const authority = await serve((question) => addressReply(question, ["127.0.0.1"]));
  const resolver = await serve(resolverOf(() => "NXDOMAIN"));
  const clock = new ManualClock();
  const report = await runOnce("", {
    target: targetFromUrl(`http://${name}/healthz`, undefined),
    options: { timeoutSeconds: 60 },
    probes: probesOf(resolver.server, authority.port),
    dependencies: {
      clock,
      onWaiting: ({ verdict }) => {
        expect(verdict).toMatchObject({ fault: "dns-cached-absence" });
        clock.advance(60_000);
      },
    },
  });
  expect(report.outcome).toBe("pending");
});

test("a private zone that shadows the public one is found through the system's resolver", async () => {
  const publicServer = await serve(() => "NXDOMAIN");
  // The resolver's own zone has a start of authority, and no server that could be asked.
  const resolver = await serve((question) => {
    if (question.name === "example.org" && question.type === "SOA")
      return { records: ["private.example.org"] };
    if (question.name === name) return addressReply(question, ["127.0.0.1"]);
    return { records: [] };
  });
  const port = await servers.http(healthyGateway);
  const report = await runOnce("", {
    target: targetFromUrl(`http://${name}:${port}/healthz`, undefined),
    options: { timeoutSeconds: 60 },
    probes: probesOf(resolver.server, publicServer.port),
    dependencies: { clock: new ManualClock() },
  });
  expect(report.outcome).toBe("passed");
  expect(publicServer.asked).toEqual([]);
});

test("a name in the hosts file is the system's business", async () => {
  const folder = mkdtempSync(join(tmpdir(), "smoke-hosts-"));
  const file = join(folder, "hosts");
  writeFileSync(
    file,
    "127.0.0.1 localhost\n10.0.0.4\tgateway.example.org gw # the gateway\n# 10.0.0.5 old.example.org\n",
  );
  expect(await isInHostsFile(name, file)).toBe(true);
  expect(await isInHostsFile("old.example.org", file)).toBe(false);
  rmSync(folder, { recursive: true });
});

test("names that only a local resolver can know are told from public ones", () => {
  for (const local of ["localhost", "gateway", "gw.local", "gw.corp", "a.b.svc", "x.internal"]) {
    expect(isPublicName(local)).toBe(false);
  }
  expect(isPublicName("my-nlb.elb.eu-central-1.amazonaws.com")).toBe(true);
});

test("the report says which records answered", () => {
  const verdict = decideDns(name, { kind: "found", addresses: ["10.0.0.1", "2001:db8::1"] }, undefined);
  expect(verdict).toMatchObject({ status: "passed", got: "A 10.0.0.1, AAAA 2001:db8::1" });
});

test("getaddrinfo's codes are sorted, too", () => {
  expect(observeDnsError({ code: "ENOTFOUND" })).toMatchObject({ kind: "not-found" });
  expect(observeDnsError({ code: "EAI_AGAIN" })).toMatchObject({
    kind: "server-failed",
    detail: "EAI_AGAIN",
  });
});
