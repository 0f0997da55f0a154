import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { smoke } from "../../smoke/cli";
import { parseDuration } from "../../smoke/command-line";
import type { Terminal } from "../../smoke/terminal";
import { meshOutputs } from "../support/smoke/mesh-outputs";
import { gatewayWith, healthyGateway, Servers } from "../support/smoke/servers";

const servers = new Servers();
const folder = mkdtempSync(join(tmpdir(), "smoke-cli-"));
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await servers.close();
});

interface Options extends Partial<Terminal> {
  readonly isTTY?: boolean;
}

/** Runs the command and keeps what it writes. */
async function run(args: readonly string[], { isTTY = false, ...terminal }: Options = {}) {
  let stdout = "";
  let stderr = "";
  const status = await smoke(args, {
    stdout: { isTTY, write: (text) => (stdout += text) },
    stderr: { write: (text) => (stderr += text) },
    environment: {},
    projectRoot: folder,
    signal: new AbortController().signal,
    ...terminal,
  });
  return { status, stdout, stderr };
}

const healthy = async () => `http://127.0.0.1:${await servers.http(healthyGateway)}/healthz`;
const refusing = async () => `http://127.0.0.1:${await servers.closedPort()}/healthz`;
const once = ["--timeout", "0"];

test("0: every layer passes", async () => {
  const { status, stdout } = await run(["--url", await healthy()]);
  expect(status).toBe(0);
  expect(stdout).toContain("is served");
});

test("1: a layer failed; what was tried, what came back and what to do are printed", async () => {
  const url = await refusing();
  const { status, stdout } = await run(["--url", url, ...once]);
  expect(status).toBe(1);
  expect(stdout).toMatch(/TCP: Connection refused \(failed after/);
  expect(stdout).toMatch(
    /tried +connect to 127\.0\.0\.1:\d+\n +came back +ECONNREFUSED\n +next +something answers/,
  );
});

test("3: time ran out while something was on its way", async () => {
  const port = await servers.http(
    gatewayWith((_, response) => response.writeHead(503).end("no healthy upstream")),
  );
  const { status } = await run(["--url", `http://127.0.0.1:${port}/healthz`, ...once]);
  expect(status).toBe(3);
});

test.each([
  [["--nonsense"], "unknown option '--nonsense'"],
  [["--tries", "0", "--url", "http://a"], "A whole number from 1 to 1000 is expected"],
  [["--timeout", "soon", "--url", "http://a"], "A duration such as 500ms"],
  [["--request-timeout", "600h", "--url", "http://a"], "A duration of at most 480h is expected"],
  [["--timeout", "99999999999h", "--url", "http://a"], "A duration of at most 480h is expected"],
  [["--request-timeout", "0", "--url", "http://a"], "A duration of at least 1ms is expected"],
  [["--watch", "--for", "0.1ms", "--url", "http://a"], "A duration of at least 1ms is expected"],
  [["--watch", "--interval", "0.001ms", "--url", "http://a"], "0, or a duration of at least 1ms is expected"],
  [["--url", "http://a", "--host", ""], '--host is ""'],
  [["--url", "http://a", "--host", "a\nb"], '--host is "a\\nb"'],
  [["a", "b"], "too many arguments"],
  [[], "name an environment, or give --outputs, --url or --hcp"],
  [["--url", "http://a", "--expect-mtls", "strict"], "give --kubeconfig or --context"],
  [["--url", "http://a", "--expect-mtls", "maybe"], "Allowed choices are strict, permissive"],
  [["--outputs", "x", "--send-from", "exec"], "--send-from sends from inside the cluster: give --kubeconfig"],
  [["--url", "http://a", "--context", "c", "--send-from", "exec"], "it goes with neither --url nor --watch"],
  [["--outputs", "x", "--context", "c", "--send-from", "ssh"], "Allowed choices are exec, pod"],
  [
    ["--outputs", "x", "--context", "c", "--send-from", "exec", "--probe-image", "y"],
    "--probe-image goes with --send-from pod",
  ],
  [["--outputs", "x", "--host", "a"], "--host goes with --url"],
  [["--url", "http://a", "--gateway", "b"], "--gateway chooses among outputs"],
  [["--url", "http://a", "--for", "1s"], "--for goes with --watch"],
  [["--url", "http://a", "--watch", "--html", "x"], "--watch prints its own summary"],
  [["--url", "http://a", "--ca", "/nonexistent"], "--ca /nonexistent cannot be read: ENOENT"],
  [["--url", "http://a", "--kubeconfig", "/nonexistent"], "/nonexistent cannot be read"],
])("2: %j is wrong usage", async (args, message) => {
  const { status, stderr } = await run(args);
  expect(status).toBe(2);
  expect(stderr).toContain(message);
});

test("a mistake of the program is thrown on: run.mjs ends with 70 and asks to report it", async () => {
  const broken = {
    stdout: {
      write: () => {
        throw new TypeError("of undefined");
      },
    },
  };
  await expect(run(["--url", await healthy()], broken)).rejects.toThrow(TypeError);
});

test("outputs from before the contract had a version pass with a note", async () => {
  const file = join(folder, "older.json");
  const port = await servers.http(healthyGateway);
  const url = `http://127.0.0.1:${port}/healthz`;
  const outputs = { ...meshOutputs, gateway_http_port: `${port}`, healthz_url: url };
  const noted = /note +the outputs have no contract_version/;
  writeFileSync(file, JSON.stringify({ ...outputs, contract_version: undefined }));
  const older = await run(["--outputs", file]);
  expect(older.status).toBe(0);
  expect(older.stdout).toMatch(noted);
  writeFileSync(file, JSON.stringify(outputs));
  expect((await run(["--outputs", file])).stdout).not.toMatch(noted);
});

test("what reaches the terminal of an invalid file holds no escape sequence", async () => {
  const file = join(folder, "hostile.json");
  writeFileSync(file, JSON.stringify({ "\u001b[2Ja": { cluster_name: "x" } }));
  const { status, stderr } = await run(["--outputs", file]);
  expect(status).toBe(2);
  expect(stderr).toContain("\\u001b[2Ja");
  expect(stderr).not.toContain("\u001b");
});

test("--help prints usage and the exit status", async () => {
  const { status, stdout } = await run(["--help"]);
  expect(status).toBe(0);
  expect(stdout).toContain("Usage: npm run smoke --");
  expect(stdout).toContain(
    "Exit status: 0 all layers pass, 1 a layer failed, 2 wrong usage or input, 3 time ran out",
  );
});

test("outputs come from a file, and the report names the environment", async () => {
  const file = join(folder, "outputs.json");
  const port = await servers.http(healthyGateway);
  const outputs = {
    ...meshOutputs,
    gateway_http_port: `${port}`,
    healthz_url: `http://127.0.0.1:${port}/healthz`,
  };
  writeFileSync(file, JSON.stringify({ "lab-mesh": outputs }));
  const { status, stdout } = await run(["--outputs", file, "--json"]);
  expect(status).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ environment: "lab", source: file, outcome: "passed" });
});

test("outputs that contradict each other stop at the first layer", async () => {
  const file = join(folder, "contradiction.json");
  writeFileSync(file, JSON.stringify({ "lab-mesh": { ...meshOutputs, gateway_http_port: "8080" } }));
  const { status, stdout } = await run(["--outputs", file]);
  expect(status).toBe(1);
  expect(stdout).toContain('healthz_url uses port 80, gateway_http_port is "8080"');
});

test("the outputs of a stack are read with Terraform in its folder", async () => {
  const { mkdirSync, chmodSync } = await import("node:fs");
  const port = await servers.http(healthyGateway);
  const outputs = {
    ...meshOutputs,
    gateway_http_port: `${port}`,
    healthz_url: `http://127.0.0.1:${port}/healthz`,
  };
  const stack = join(folder, "cdktf.out", "stacks", "lab-mesh");
  mkdirSync(stack, { recursive: true });
  writeFileSync(join(stack, "outputs.json"), JSON.stringify(outputs));
  const program = join(folder, "terraform");
  writeFileSync(program, '#!/bin/sh\n[ "$1 $2" = "output -json" ] && cat outputs.json\n');
  chmodSync(program, 0o755);
  const { status, stdout } = await run(["lab", "--json"], {
    environment: { TERRAFORM_BINARY_NAME: program },
  });
  expect(status).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ environment: "lab", source: "the outputs of lab-mesh" });

  writeFileSync(program, '#!/bin/sh\necho "Error: Backend initialization required" >&2\nexit 1\n');
  const failed = await run(["lab"], { environment: { TERRAFORM_BINARY_NAME: program } });
  expect(failed.status).toBe(2);
  expect(failed.stderr).toContain("Error: Backend initialization required");

  const missing = await run(["lab"], { environment: { TERRAFORM_BINARY_NAME: "no-such-terraform" } });
  expect(missing.stderr).toContain("none of no-such-terraform is on the PATH");
});

test("reports are written as files, and for GitHub", async () => {
  const [junit, html, summary] = ["junit.xml", "smoke.html", "summary.md"].map((name) => join(folder, name));
  const args = ["--url", await refusing(), ...once, "--junit", `${junit}`, "--html", `${html}`, "--github"];
  const { stderr } = await run(args, { environment: { GITHUB_STEP_SUMMARY: summary } });
  expect(readFileSync(`${junit}`, "utf8")).toContain('<failure type="tcp-refused"');
  expect(readFileSync(`${html}`, "utf8")).toContain("<!doctype html>");
  expect(readFileSync(`${summary}`, "utf8")).toContain("| TCP | failed |");
  expect(stderr).toContain("::error title=Smoke test%2C TCP%3A Connection refused::tried: connect to");
  const { status } = await run([
    "--url",
    await refusing(),
    ...once,
    "--html",
    join(folder, "none", "x.html"),
  ]);
  expect(status).toBe(2);
});

test("colour is for terminals, and NO_COLOR takes it away", async () => {
  const url = await healthy();
  const escape = "\u001b[";
  expect((await run(["--url", url], { isTTY: true })).stdout).toContain(escape);
  expect((await run(["--url", url])).stdout).not.toContain(escape);
  expect((await run(["--url", url], { isTTY: true, environment: { NO_COLOR: "1" } })).stdout).not.toContain(
    escape,
  );
});

test("--watch counts until its time is up; exit status 1 when a request failed", async () => {
  const watching = ["--watch", "--for", "60ms", "--interval", "5ms", "--json"];
  const good = await run(["--url", await healthy(), ...watching]);
  expect(good.status).toBe(0);
  expect(JSON.parse(good.stdout)).toMatchObject({ failed: 0, failures: {} });
  const bad = await run(["--url", await refusing(), ...watching]);
  expect(bad.status).toBe(1);
  expect(JSON.parse(bad.stdout)).toMatchObject({
    failures: { "connection refused": expect.any(Number) as number },
  });
});

test("Ctrl-C ends --watch with a summary", async () => {
  const controller = new AbortController();
  let count = 0;
  const port = await servers.http((request, response) => {
    if (++count === 3) controller.abort();
    healthyGateway(request, response);
  });
  const { status, stdout } = await run(
    ["--url", `http://127.0.0.1:${port}/healthz`, "--watch", "--interval", "1ms", "--connections", "reuse"],
    { signal: controller.signal },
  );
  expect(status).toBe(0);
  expect(stdout).toMatch(
    /^requests +\d+ in .*\nfailed +0 \(0\.000 %\)\n(unanswered .*\n)?longest gap .*\nlatency +p50/,
  );
});

test("durations are read in milliseconds, seconds, minutes and hours", () => {
  expect(["500ms", "30s", "10m", "2h", "45", "1.5s"].map(parseDuration)).toEqual([
    500, 30_000, 600_000, 7_200_000, 45_000, 1500,
  ]);
  expect(() => parseDuration("10 minutes")).toThrow("A duration such as");
});

test("a second process, which runs compiled code of the first, can still load the Kubernetes client", () => {
  const server = "http://127.0.0.1:1";
  const kubeconfig = join(folder, "kubeconfig.json");
  const cluster = { server, "insecure-skip-tls-verify": true };
  const context = { cluster: "lab", user: "lab" };
  writeFileSync(
    kubeconfig,
    JSON.stringify({
      "current-context": "lab",
      clusters: [{ name: "lab", cluster }],
      users: [{ name: "lab", user: { token: "x" } }],
      contexts: [{ name: "lab", context }],
    }),
  );
  const args = ["run.mjs", "smoke/main.ts", "--url", server, "--kubeconfig", kubeconfig, "--timeout", "0"];
  for (const process of ["first", "second"]) {
    const { status, stdout, stderr } = spawnSync("node", args, { cwd: __PROJECT_ROOT__, encoding: "utf8" });
    expect({ process, status, stderr }).toEqual({ process, status: 1, stderr: "" });
    expect(stdout).toContain("The Kubernetes API cannot be reached");
  }
});
