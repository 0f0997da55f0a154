import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import type { IncomingMessage } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { parseHcpWorkspace, readHcpOutputs, tokenVariables } from "../../smoke/outputs/hcp-outputs";
import { findMeshOutputs } from "../../smoke/outputs/output-values";
import { meshOutputs } from "./mesh-outputs";
import { Servers } from "./servers";

const token = "s3cret-t0ken";
const servers = new Servers();
const home = mkdtempSync(join(tmpdir(), "smoke-home-"));
let port: number;
let answer: (path: string, request: IncomingMessage) => { status: number; body?: unknown };

beforeAll(async () => {
  port = await servers.http((request, response) => {
    const { status, body } = answer(decodeURIComponent(request.url ?? ""), request);
    response.writeHead(status, { "content-type": "application/vnd.api+json" });
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
const send: typeof fetch = (url, init) =>
  fetch((url as string).replace("https://tfe.acme-corp.test", `http://127.0.0.1:${port}`), init);

const read = (environment: NodeJS.ProcessEnv = { TF_TOKEN_tfe_acme__corp_test: token, HOME: home }) =>
  readHcpOutputs("tfe.acme-corp.test/acme/lab-mesh", environment, send);

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
  expect(String(error)).toContain("is not JSON; run 'terraform login tfe.acme-corp.test' again");
  expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain(token);
  rmSync(file);
});

test("without a token it says where one is looked for", async () => {
  await expect(read({ HOME: home })).rejects.toThrow(
    "there is no token for tfe.acme-corp.test: set TF_TOKEN_tfe_acme-corp_test, or run 'terraform login",
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
  const nowhere: typeof fetch = (_, init) => fetch(`http://127.0.0.1:${closed}`, init);
  await expect(readHcpOutputs("a/b", { TF_TOKEN_app_terraform_io: token }, nowhere)).rejects.toThrow(
    "app.terraform.io cannot be reached: ECONNREFUSED",
  );
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

test("a token's variable is named as Terraform's CLI names it", () => {
  expect(tokenVariables("tfe.acme-corp.test")).toEqual([
    "TF_TOKEN_tfe_acme-corp_test",
    "TF_TOKEN_tfe_acme__corp_test",
  ]);
});
