import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import type { IncomingMessage } from "node:http";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { smoke } from "../../smoke/cli";
import { parseHcpWorkspace, readHcpOutputs, type HcpOptions } from "../../smoke/outputs/hcp-outputs";
import type { Send } from "../../smoke/outputs/hcp-connection";
import { comparableHost, readToken } from "../../smoke/outputs/hcp-token";
import { findMeshOutputs } from "../../smoke/outputs/output-values";
import { InputError, OutputsPending } from "../../smoke/outputs/input-error";
import { newAuthority } from "../support/smoke/certificate-authority";
import { meshOutputs } from "../support/smoke/mesh-outputs";
import { ManualClock } from "../support/smoke/run-once";
import { Servers } from "../support/smoke/servers";

const token = "s3cret-t0ken";
const servers = new Servers();
const home = mkdtempSync(join(tmpdir(), "smoke-home-"));
let port: number;
let answer: (
  path: string,
  request: IncomingMessage,
) => {
  status: number;
  body?: unknown;
  headers?: Readonly<Record<string, string>>;
};

beforeAll(async () => {
  port = await servers.http((request, response) => {
    const { status, body, headers } = answer(decodeURIComponent(request.url ?? ""), request);
    response.writeHead(status, { "content-type": "application/vnd.api+json", ...headers });
    response.end(typeof body === "string" ? body : JSON.stringify(body ?? {}));
  });
});
afterAll(async () => {
  rmSync(home, { recursive: true });
  await servers.close();
});

const outputs = (values: Record<string, unknown>, sensitive: readonly string[] = []) =>
  Object.entries(values).map(([name, value]) => ({
    attributes: { name, value, sensitive: sensitive.includes(name) },
  }));

beforeEach(() => {
  answer = (path, { headers }) => {
    if (headers.authorization !== `Bearer ${token}`) return { status: 401 };
    if (path === "/api/v2/organizations/acme/workspaces/lab-mesh")
      return { status: 200, body: { data: { id: "ws-1" } } };
    if (!path.startsWith("/api/v2/workspaces/ws-1/current-state-version-outputs")) return { status: 404 };
    const all = outputs(meshOutputs);
    const isFirst = path.includes("page[number]=1");
    const data = isFirst ? all.slice(0, 5) : all.slice(5);
    return { status: 200, body: { data, meta: { pagination: { "next-page": isFirst ? 2 : null } } } };
  };
});

/** Sends to the fake API what is meant for the host. */
const send: Send = (url, init) =>
  fetch(url.replace("https://tfe.acme-corp.test", `http://127.0.0.1:${port}`), init);

const read = (
  environment: NodeJS.ProcessEnv = { TF_TOKEN_tfe_acme__corp_test: token, HOME: home },
  options: HcpOptions = {},
) => readHcpOutputs("tfe.acme-corp.test/acme/lab-mesh", environment, { send, ...options });

test("all pages of a workspace's outputs are read", async () => {
  expect(findMeshOutputs(await read(), "HCP", "lab").values).toEqual(meshOutputs);
});

test("the token comes from the CLI's credentials file when no variable has it", async () => {
  mkdirSync(join(home, ".terraform.d"), { recursive: true });
  const file = join(home, ".terraform.d", "credentials.tfrc.json");
  writeFileSync(file, JSON.stringify({ credentials: { "tfe.acme-corp.test": { token } } }));
  expect(findMeshOutputs(await read({ HOME: home }), "HCP", "lab").values).toEqual(meshOutputs);

  writeFileSync(file, `{"credentials": {"tfe.acme-corp.test": {"token": "${token}"`);
  const error = await read({ HOME: home }).catch((reason: unknown) => reason);
  expect(String(error)).toContain("is not JSON; run 'terraform login' again");
  expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain(token);
  rmSync(file);
});

test("without a token it says where one is looked for", async () => {
  await expect(read({ HOME: home })).rejects.toThrow(
    "there is no token for tfe.acme-corp.test: set TF_TOKEN_tfe_acme__corp_test, or run 'terraform login",
  );
});

test.each([
  [401, "does not accept the token"],
  [404, "has no such workspace, or no state yet, or the token may not read its outputs"],
  [503, "its outputs are still being processed"],
  [500, "answers 500"],
])("status %d has a message of its own, without the token", async (status, message) => {
  answer = () => ({ status });
  const error = await read().catch((reason: unknown) => reason);
  expect(String(error)).toContain(message);
  expect(String(error)).not.toContain(token);
});

test("a sensitive output is refused by name", async () => {
  const data = outputs(meshOutputs, ["healthz_url"]);
  answer = (path) =>
    path.includes("organizations")
      ? { status: 200, body: { data: { id: "ws-1" } } }
      : { status: 200, body: { data } };
  await expect(read()).rejects.toThrow("output 'healthz_url' of HCP workspace acme/lab-mesh is sensitive");
});

test("something that is not JSON, and a host out of reach, are told apart", async () => {
  answer = () => ({ status: 200, body: "<html>" });
  await expect(read()).rejects.toThrow("answers with something that is not JSON");
  const closed = await servers.closedPort();
  const nowhere: Send = (_, init) => fetch(`http://127.0.0.1:${closed}`, init);
  await expect(
    readHcpOutputs("a/b", { TF_TOKEN_app_terraform_io: token }, { send: nowhere }),
  ).rejects.toThrow("app.terraform.io cannot be reached: ECONNREFUSED");
});

test("the workspace's host is HCP Terraform's unless it is named", () => {
  expect(parseHcpWorkspace("acme/lab", {})).toEqual({
    host: "app.terraform.io",
    organization: "acme",
    workspace: "lab",
  });
  expect(parseHcpWorkspace("acme/lab", { TF_CLOUD_HOSTNAME: "tfe.test" }).host).toBe("tfe.test");
  expect(parseHcpWorkspace("other.test/acme/lab", { TF_CLOUD_HOSTNAME: "tfe.test" }).host).toBe("other.test");
  for (const wrong of ["acme", "a/b/c/d", "/lab", "acme/"]) {
    expect(() => parseHcpWorkspace(wrong, {})).toThrow("<organization>/<workspace> is expected");
  }
});

test("a host may have a port and any case, as Terraform's own hostname may", () => {
  expect(parseHcpWorkspace("TFE.Acme.test:8443/acme/lab", {}).host).toBe("tfe.acme.test:8443");
  expect(parseHcpWorkspace("tfe.test:443/acme/lab", {}).host).toBe("tfe.test");
  expect(parseHcpWorkspace("acme/lab", { TF_CLOUD_HOSTNAME: "tfe.test:8443" }).host).toBe("tfe.test:8443");
  for (const wrong of ["a b", "a:99999", "a:b", "a@b", "a?b", "a#b", ""]) {
    expect(comparableHost(wrong)).toBeUndefined();
  }
});

/** Writes files below a home of its own; returns its path. */
function homeWith(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(home, "home-"));
  mkdirSync(join(folder, ".terraform.d"));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

const block = (host: string, value: string) => `credentials "${host}" {\n  token = "${value}"\n}\n`;
const login = (host: string, value: string) => JSON.stringify({ credentials: { [host]: { token: value } } });

test("tokens are found where Terraform finds them, and in its order", async () => {
  const host = "tfe.acme-corp.test:8443";
  const folder = homeWith({
    ".terraformrc": `# credentials "${host}" { token = "commented" }\n${block("other.test", "other")}${block(host, "rc")}`,
    ".terraform.d/a.tfrc": block("TFE.Acme-Corp.test:8443", "folder"),
    ".terraform.d/credentials.tfrc.json": login(host, "login"),
    "named.rc": `plugin_cache_dir = "/x" // y\n/* ${block(host, "no")} */\nprovider_installation {\n  direct { exclude = ["credentials"] }\n}\n${block(host, 'named \\"quoted\\"')}`,
    "named.json": login("TFE.acme-corp.test:8443", "named json"),
    "empty.rc": "",
  });
  const tokenOf = (environment: NodeJS.ProcessEnv) => readToken(host, { HOME: folder, ...environment });
  expect(await tokenOf({})).toBe("login");
  expect(await tokenOf({ TF_CLI_CONFIG_FILE: join(folder, "named.rc") })).toBe('named "quoted"');
  expect(await tokenOf({ TF_CLI_CONFIG_FILE: join(folder, "named.json") })).toBe("named json");
  await expect(tokenOf({ TF_CLI_CONFIG_FILE: join(folder, "empty.rc") })).rejects.toThrow(
    `no token for ${host}`,
  );
  expect(await tokenOf({ "TF_TOKEN_TFE_acme__corp_test:8443": "variable" })).toBe("variable");
  expect(await tokenOf({ "TF_TOKEN_tfe.acme-corp.test:8443": "plain" })).toBe("plain");
  rmSync(join(folder, ".terraform.d", "credentials.tfrc.json"));
  expect(await tokenOf({})).toBe("folder");
  rmSync(join(folder, ".terraform.d", "a.tfrc"));
  expect(await tokenOf({})).toBe("rc");
});

test("the token of a host is not sent to another port of it", async () => {
  const folder = homeWith({ ".terraformrc": block("tfe.test", "bare") });
  const environment = { HOME: folder, TF_TOKEN_tfe_test: "bare" };
  await expect(readToken("tfe.test:8443", environment)).rejects.toThrow("no token for tfe.test:8443");
  expect(await readToken("tfe.test", environment)).toBe("bare");
  expect(await readToken("tfe.test", { HOME: folder })).toBe("bare");
});

test.each([
  ["{}", "but not as the API of HCP Terraform does: it sent {}"],
  ['{"errors": []}', "it sent"],
  ['{"errors": [{"title": "gone \\u001b[2J"}]}', "it says gone \\\\u001b\\[2J"],
  ["[]", "it sent \\[\\]"],
  ['{"data": {"id": "../../admin"}}', "it sent"],
  ['{"data": null}', "it sent"],
])("200 with %s is no answer of HCP Terraform, and is quoted", async (body, message) => {
  answer = () => ({ status: 200, body });
  await expect(read()).rejects.toThrow(
    new RegExp(`tfe.acme-corp.test answers 200 .*${message}.*check the host's name`),
  );
});

test("pages that lead back to the first end", async () => {
  let asked = 0;
  answer = (path) => {
    if (path.includes("organizations")) return { status: 200, body: { data: { id: "ws-1" } } };
    asked++;
    return { status: 200, body: { data: outputs(meshOutputs), meta: { pagination: { "next-page": 1 } } } };
  };
  await read();
  expect(asked).toBe(1);
});

test.each([
  [429, {}],
  [503, {}],
  [502, {}],
  [429, { "retry-after": "17" }],
])("status %d with %j is asked again until time is over", async (status, headers) => {
  const clock = new ManualClock();
  let refusals = 3;
  const usual = answer;
  answer = (path, request) => (refusals-- > 0 ? { status, headers } : usual(path, request));
  const said: string[] = [];
  const patience = {
    timeoutMs: 300_000,
    clock,
    signal: new AbortController().signal,
    onWaiting: (why: string) => said.push(why),
  };
  expect(findMeshOutputs(await read(undefined, { patience }), "HCP", "lab").values).toEqual(meshOutputs);
  expect(said).toHaveLength(3);
  expect(said[0]).toContain(`answers ${status} for acme/lab-mesh`);
  if ("retry-after" in headers) expect(clock.now()).toBe(3 * 17_000);

  refusals = Infinity;
  const error = await read(undefined, { patience }).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(OutputsPending);
  expect(clock.now()).toBeGreaterThanOrEqual(300_000);
  expect(clock.now()).toBeLessThan(700_000);
});

test("what is wrong for good is not asked again", async () => {
  let asked = 0;
  answer = () => {
    asked++;
    return { status: 404 };
  };
  const patience = {
    timeoutMs: 300_000,
    clock: new ManualClock(),
    signal: new AbortController().signal,
    onWaiting: () => undefined,
  };
  await expect(read(undefined, { patience })).rejects.toThrow(InputError);
  expect(asked).toBe(1);
});

test("who interrupts does not wait for a server that is not ready", async () => {
  answer = () => ({ status: 503 });
  const controller = new AbortController();
  const onWaiting = () => {
    controller.abort();
  };
  const patience = { timeoutMs: 300_000, clock: new ManualClock(), signal: controller.signal, onWaiting };
  await expect(read(undefined, { patience })).rejects.toThrow(OutputsPending);
});

test("over the network: a private CA in SSL_CERT_FILE is trusted, and a port is kept", async () => {
  const authority = await newAuthority("Company CA");
  const bundle = join(home, "company.pem");
  writeFileSync(bundle, authority.pem);
  const tls = await servers.https(await authority.issue({ name: "localhost" }), (request, response) => {
    const { status, body } = answer(decodeURIComponent(request.url ?? ""), request);
    response.writeHead(status).end(JSON.stringify(body ?? {}));
  });
  const environment = { [`TF_TOKEN_localhost:${tls}`]: token, HOME: home };
  const over = (more: NodeJS.ProcessEnv) =>
    readHcpOutputs(`localhost:${tls}/acme/lab-mesh`, { ...environment, ...more });
  expect(findMeshOutputs(await over({ SSL_CERT_FILE: bundle }), "HCP", "lab").values).toEqual(meshOutputs);
  const other = join(home, "other.pem");
  writeFileSync(other, (await newAuthority("Other CA")).pem);
  await expect(over({ SSL_CERT_FILE: other })).rejects.toThrow(
    /its certificate is not trusted: name a file with its CA in SSL_CERT_FILE/,
  );
});

test("over the network: HTTPS_PROXY is gone through, and NO_PROXY goes past it", async () => {
  const authority = await newAuthority("Company CA");
  const bundle = join(home, "proxied.pem");
  writeFileSync(bundle, authority.pem);
  const tls = await servers.https(await authority.issue({ name: "tfe.test" }), (request, response) => {
    const { status, body } = answer(decodeURIComponent(request.url ?? ""), request);
    response.writeHead(status).end(JSON.stringify(body ?? {}));
  });
  const tunnels: string[] = [];
  const proxy = await servers.tcp((client) => {
    client.once("data", (head) => {
      tunnels.push(head.toString().split("\r\n")[0] ?? "");
      const upstream = connect(tls, "127.0.0.1", () => {
        client.write("HTTP/1.1 200 Connection Established\r\n\r\n");
        client.pipe(upstream).pipe(client);
      });
      client.once("close", () => upstream.destroy());
      upstream.on("error", () => client.destroy());
    });
  });
  const environment = {
    TF_TOKEN_tfe_test: token,
    HOME: home,
    SSL_CERT_FILE: bundle,
    HTTPS_PROXY: `http://127.0.0.1:${proxy}`,
  };
  const over = (more: NodeJS.ProcessEnv) =>
    readHcpOutputs("tfe.test/acme/lab-mesh", { ...environment, ...more });
  expect(findMeshOutputs(await over({}), "HCP", "lab").values).toEqual(meshOutputs);
  expect(tunnels[0]).toBe("CONNECT tfe.test:443 HTTP/1.1");
  const before = tunnels.length;
  await expect(over({ NO_PROXY: "tfe.test" })).rejects.toThrow("tfe.test cannot be reached");
  expect(tunnels).toHaveLength(before);
});

test("the command ends with 3 where the server was not ready in time, and with 2 where it is none", async () => {
  const authority = await newAuthority("Company CA");
  const bundle = join(home, "command.pem");
  writeFileSync(bundle, authority.pem);
  const tls = await servers.https(await authority.issue({ name: "localhost" }), (request, response) => {
    const { status, body } = answer(decodeURIComponent(request.url ?? ""), request);
    response.writeHead(status).end(JSON.stringify(body ?? {}));
  });
  const run = async () => {
    let stderr = "";
    const status = await smoke(["--hcp", `localhost:${tls}/acme/lab-mesh`, "--timeout", "0"], {
      stdout: { write: () => true },
      stderr: { write: (text) => (stderr += text) },
      environment: { [`TF_TOKEN_localhost:${tls}`]: token, HOME: home, SSL_CERT_FILE: bundle },
      projectRoot: home,
      signal: new AbortController().signal,
    });
    return { status, stderr };
  };
  answer = () => ({ status: 503 });
  expect(await run()).toMatchObject({ status: 3, stderr: expect.stringContaining("answers 503") as string });
  answer = () => ({ status: 200, body: {} });
  expect(await run()).toMatchObject({ status: 2, stderr: expect.stringContaining("it sent {}") as string });
});
