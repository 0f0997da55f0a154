import type { ServerOptions } from "node:https";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { GatewayOutputs } from "../../contract/outputs";
import { decideTls } from "../../smoke/layers/tls";
import { faultOfTlsCode } from "../../smoke/layers/tls-code";
import { probesWith } from "../../smoke/probes/probes";
import type { Target } from "../../smoke/target";
import { renderTable } from "../../smoke/report/table";
import {
  newAuthority,
  selfSigned,
  type Credentials,
  type LeafOptions,
} from "../support/smoke/certificate-authority";
import { diagnosis, runOnce, type Once } from "../support/smoke/run-once";
import { healthyGateway, Servers } from "../support/smoke/servers";

const servers = new Servers();
let authority: Awaited<ReturnType<typeof newAuthority>>;
let good: Credentials;
beforeAll(async () => {
  authority = await newAuthority("Test CA");
  good = await authority.issue();
});
afterAll(() => servers.close());

function targetAt(httpsPort: number, outputs: Partial<GatewayOutputs> = {}): Target {
  const url = `https://127.0.0.1:${httpsPort}/healthz`;
  return {
    source: "memory",
    url: new URL(url),
    host: "gateway.test",
    istioRevision: "",
    outputs: {
      gateway_hostname: "",
      gateway_ip: "127.0.0.1",
      gateway_address: "127.0.0.1",
      gateway_http_port: "",
      gateway_https_port: `${httpsPort}`,
      gateway_status_port: "",
      gateway_service: "istio-ingress/istio-ingress",
      gateway_ca: authority.pem,
      healthz_url: url,
      healthz_host: "gateway.test",
      ...outputs,
    },
  };
}

async function runAt(port: number, outputs: Partial<GatewayOutputs> = {}, once: Once = {}) {
  return runOnce("", { target: targetAt(port, outputs), ...once });
}

const serve = (options: ServerOptions) => servers.https(options, healthyGateway);

test("a certificate from the private CA of the outputs passes, and its days left are reported", async () => {
  const report = await runAt(await serve(good));
  expect(report.outcome).toBe("passed");
  const [certificate] = report.layers.find(({ layer }) => layer === "tls")?.checks ?? [];
  expect(certificate?.verdict).toMatchObject({
    tried: expect.stringContaining("trusting the output gateway_ca") as string,
    got: expect.stringMatching(
      /^TLSv1\.3, certificate of DNS:gateway\.test, issued by Test CA, (89|90) days left$/,
    ) as string,
  });
});

test("--ca is trusted instead of the outputs' CA", async () => {
  const port = await serve(good);
  const other = await newAuthority("Other CA");
  expect(diagnosis(await runAt(port, { gateway_ca: other.pem }))).toBe("tls: tls-unknown-issuer");
  expect(diagnosis(await runAt(port, { gateway_ca: other.pem }, { options: { ca: authority.pem } }))).toBe(
    "passed",
  );
});

test("without a CA in the outputs the system's store is asked", async () => {
  const port = await serve(good);
  const trusting = (certificates: readonly string[]) => ({
    probes: { systemTrust: () => Promise.resolve({ source: "the system's store", certificates }) },
  });
  expect(diagnosis(await runAt(port, { gateway_ca: "" }, trusting([authority.pem])))).toBe("passed");
  const other = await newAuthority("Other CA");
  expect(diagnosis(await runAt(port, { gateway_ca: "" }, trusting([other.pem])))).toBe(
    "tls: tls-unknown-issuer",
  );
});

test.each<[string, LeafOptions, string]>([
  ["has expired", { fromDays: -90, toDays: -2 }, "tls-expired"],
  ["is not valid yet", { fromDays: 2, toDays: 90 }, "tls-not-yet-valid"],
  ["is for another name", { name: "other.test" }, "tls-wrong-name"],
])("a certificate that %s is named", async (_, options, fault) => {
  expect(diagnosis(await runAt(await serve(await authority.issue(options))))).toBe(`tls: ${fault}`);
});

test("a self-signed certificate is named, and is trusted once it is meant", async () => {
  const own = await selfSigned();
  const port = await serve(own);
  expect(diagnosis(await runAt(port))).toBe("tls: tls-self-signed");
  expect(diagnosis(await runAt(port, {}, { options: { ca: own.cert } }))).toBe("passed");
});

test("a listener that offers TLS 1.0 only is named with the version it offers", async () => {
  const port = await serve({
    ...good,
    minVersion: "TLSv1",
    maxVersion: "TLSv1",
    ciphers: "DEFAULT:@SECLEVEL=0",
  });
  const report = await runAt(port);
  expect(diagnosis(report)).toBe("tls: tls-old-protocol");
  expect(report.layers.find(({ layer }) => layer === "tls")?.verdict).toMatchObject({ got: "at most TLSv1" });
});

test("a port in plain text is named", async () => {
  expect(diagnosis(await runAt(await servers.http(healthyGateway)))).toBe("tls: tls-not-tls");
});

test("a listener that closes during the handshake, as Envoy does without a certificate, is named", async () => {
  expect(diagnosis(await runAt(await servers.tcp((socket) => socket.once("data", () => socket.end()))))).toBe(
    "tls: tls-closed",
  );
  const reset = await servers.tcp((socket) => socket.once("data", () => socket.resetAndDestroy()));
  const report = await runAt(reset);
  expect(diagnosis(report)).toBe("tls: tls-closed");
  expect(report.layers.find(({ layer }) => layer === "tls")?.verdict).toMatchObject({
    got: "reset",
    curable: true,
  });
});

test("a handshake without an answer is named", async () => {
  const port = await servers.tcp(() => undefined);
  expect(diagnosis(await runAt(port, {}, { options: { requestTimeoutMs: 150 } }))).toBe("tls: tls-silent");
});

test("a demanded client certificate is an alert", async () => {
  const port = await serve({ ...good, requestCert: true, rejectUnauthorized: true, maxVersion: "TLSv1.2" });
  expect(diagnosis(await runAt(port))).toBe("tls: tls-alert");
});

test.each(["TLSv1.2", "TLSv1.3"] as const)(
  "a client certificate that is asked for is shown, and one of another CA is refused: %s",
  async (version) => {
    const clients = await newAuthority("Clients");
    const own = await clients.issue({ name: "client.test" });
    const foreign = await (await newAuthority("Strangers")).issue({ name: "client.test" });
    const port = await serve({
      ...good,
      ...{ ca: clients.pem, requestCert: true, rejectUnauthorized: true },
      ...{ minVersion: version, maxVersion: version },
    });
    const shown = (client: Credentials) => runAt(port, {}, { dependencies: { probes: probesWith(client) } });
    expect((await shown(own)).outcome).toBe("passed");
    expect((await shown(foreign)).outcome).toBe("failed");
  },
);

test.each(["UNKNOWN_CA", "BAD_CERTIFICATE", "CERTIFICATE_EXPIRED"])(
  "Envoy's alert %s is a refusal of the client's certificate, another alert is not",
  (alert) => {
    expect(faultOfTlsCode(`ERR_SSL_TLSV1_ALERT_${alert}`)).toBe("tls-client-refused");
    expect(faultOfTlsCode("ERR_SSL_TLSV1_ALERT_INTERNAL_ERROR")).toBe("tls-alert");
  },
);

test("a client certificate that TLS 1.3 asks for is named as what it is", async () => {
  const port = await serve({ ...good, requestCert: true, rejectUnauthorized: true, minVersion: "TLSv1.3" });
  const report = await runAt(port);
  expect(diagnosis(report)).toBe("envoy: tls-client-certificate");
  expect(report.outcome).toBe("failed");
});

test("a certificate that is asked for, but not demanded, is no fault", async () => {
  const port = await serve({ ...good, requestCert: true, rejectUnauthorized: false });
  expect(diagnosis(await runAt(port))).toBe("passed");
});

test("escape sequences and a thousand names in a certificate do not reach the report", async () => {
  const odd = await authority.issue({
    name: "other.test",
    subject: "CN=\u001b[31mred\u202e, O=\u0007",
    moreNames: Array.from({ length: 1000 }, (_, index) => `name-${index}.other.test`),
  });
  const report = await runAt(await serve(odd));
  expect(diagnosis(report)).toBe("tls: tls-wrong-name");
  const { got } = report.layers.find(({ layer }) => layer === "tls")?.verdict as { got: string };
  expect(got).toContain("DNS:other.test");
  expect(got.length).toBeLessThan(2100);
  const selfMade = await authority.issue({ subject: "CN=\u001b[31mred\u202e" });
  const text = renderTable(await runAt(await serve(selfMade)), { colour: false });
  expect(text).not.toMatch(/[\u001b\u202e]/);
});

test("a listener that offers another protocol than HTTP/1.1 is an alert", async () => {
  const port = await serve({ ...good, ALPNProtocols: ["h2"] });
  expect(diagnosis(await runAt(port))).toBe("tls: tls-alert");
});

test("a listener that shakes hands and then closes is named after the handshake", async () => {
  const port = await servers.tls(good, (socket) => socket.end());
  expect(diagnosis(await runAt(port))).toMatch(/^envoy: http-(closed|reset)$/);
});

test("a redirect to HTTPS is a redirect, whether or not its certificate is trusted", async () => {
  const secure = await serve(good);
  const plain = await servers.http((request, response) => {
    response.setHeader("server", "istio-envoy");
    if (request.url !== "/healthz") response.writeHead(404).end();
    else response.writeHead(301, { location: `https://127.0.0.1:${secure}/healthz` }).end();
  });
  const url = `http://127.0.0.1:${plain}/healthz`;
  const at = (gateway_ca: string): Target => ({
    ...targetAt(secure),
    url: new URL(url),
    host: "127.0.0.1",
    outputs: {
      ...(targetAt(secure).outputs as GatewayOutputs),
      gateway_http_port: `${plain}`,
      healthz_url: url,
      gateway_ca,
    },
  });
  const untrusted = await runOnce("", { target: at((await newAuthority("Other CA")).pem) });
  expect(diagnosis(untrusted)).toBe("route: route-redirects");
  expect(untrusted.layers.find(({ layer }) => layer === "route")?.verdict).toMatchObject({
    got: `https://127.0.0.1:${secure}/healthz → UNABLE_TO_VERIFY_LEAF_SIGNATURE`,
    curable: false,
  });
});

const certificate = {
  subject: "gateway.test",
  names: "DNS:gateway.test",
  issuer: "Test CA",
  validFrom: new Date("2026-09-01"),
  validTo: new Date("2026-12-01"),
};
const place = {
  place: "127.0.0.1:443",
  serverName: "gateway.test",
  trust: { source: "--ca", certificates: undefined },
};

test("a certificate about to expire passes with a note", () => {
  const judge = (today: string) =>
    decideTls(place, { kind: "secured", protocol: "TLSv1.3", certificate }, new Date(today));
  expect(judge("2026-11-25")).toMatchObject({
    status: "passed",
    warning: expect.stringContaining("6 days") as string,
  });
  expect(judge("2026-10-01")).not.toHaveProperty("warning");
});

test("a certificate whose dates nobody can read does not hold", () => {
  const undated = { ...certificate, validTo: new Date("never") };
  expect(
    decideTls(place, { kind: "secured", protocol: "TLSv1.3", certificate: undated }, new Date()),
  ).toMatchObject({
    fault: "tls-invalid-chain",
  });
});

test("a chain that OpenSSL rejects for another reason is named with that reason", () => {
  const observation = {
    kind: "secured",
    protocol: "TLSv1.3",
    certificate,
    chainError: "INVALID_PURPOSE",
  } as const;
  expect(decideTls(place, observation, new Date("2026-10-01"))).toMatchObject({
    fault: "tls-invalid-chain",
    got: expect.stringContaining("INVALID_PURPOSE") as string,
  });
});

test.each([
  ["redirects to HTTPS", { status: 301, headers: { location: "https://gateway.test/" } }, "passed"],
  ["is closed to applications", { status: 404, headers: { server: "istio-envoy" } }, "passed"],
  [
    "redirects elsewhere",
    { status: 302, headers: { location: "http://other.test/" } },
    "tls: redirect-elsewhere",
  ],
  ["serves an unknown path", { status: 200, headers: {} }, "tls: plaintext-served"],
] as const)("plain HTTP beside HTTPS that %s: %j is %s", async (_, { status, headers }, expected) => {
  const plain = await servers.http((__, response) => response.writeHead(status, headers).end());
  const report = await runAt(await serve(good), { gateway_http_port: `${plain}` });
  expect(diagnosis(report)).toBe(expected);
});

test("plain HTTP that is refused counts as closed", async () => {
  const report = await runAt(await serve(good), { gateway_http_port: `${await servers.closedPort()}` });
  expect(report.outcome).toBe("passed");
});
