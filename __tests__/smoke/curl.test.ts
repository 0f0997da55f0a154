import { execFile, spawnSync } from "node:child_process";
import { afterAll, describe, expect, test } from "vitest";
import { check as checkSchema } from "../../contract/checks";
import { curlCommand, readCurl } from "../../smoke/checks/curl";
import type { WorkloadRequests } from "../../smoke/checks/workload-requests";
import {
  described,
  echo,
  faultOf,
  gateway,
  outputsAt,
  reply,
  targetOf,
  type Answer,
  type SeenRequest,
} from "../support/smoke/check-run";
import { verdictOf } from "../support/smoke/cluster-run";
import { runOnce } from "../support/smoke/run-once";
import { Servers } from "../support/smoke/servers";

const boundary = "@0123@";
const options = { times: 3, timeoutMs: 1500, userAgent: "smoke", boundary };
const request = {
  from: "shop/cart",
  to: "http://orders.shop:8080/a?b={c}[1]#end",
  method: "GET",
  headers: {},
} as const;

test("the command sends what the check describes, as many times, and nothing of the container's own", () => {
  const plain = curlCommand(request, options);
  expect(plain.slice(0, 4)).toEqual(["curl", "--disable", "--noproxy", "*"]);
  expect(plain.at(-1)).toBe("http://orders.shop:8080/a?b=\\{c\\}\\[1\\]#[1-3]");
  expect(plain.join(" ")).toContain("--max-time 1.500 --request GET --user-agent smoke");
  const headers = { "end-user": "jason", empty: "", "User-Agent": "Mobile" };
  const posted = curlCommand({ ...request, method: "POST", headers, body: "@/etc/passwd" }, options).join(
    " ",
  );
  expect(posted).toContain("--header end-user: jason --header empty;");
  expect(posted).toContain("--data-raw @/etc/passwd");
  expect(posted).not.toContain("--user-agent");
  expect(curlCommand({ ...request, method: "HEAD" }, options)).toContain("--head");
});

const end = (code: number, message = "") => `\n${boundary} ${code} 0.250 ${message}\n`;

test("what curl printed is read answer by answer, past hints, to bodies that look like answers", () => {
  const first =
    "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 503 Service Unavailable\r\nServer: envoy\r\nvia: a\r\nvia: b\r\n\r\nHTTP/1.1 200 OK\r\n\r\n";
  expect(readCurl(`${first}${end(0)}HTTP/1.1 204 No Content\r\n\r\n${end(0)}`, boundary)).toEqual([
    {
      kind: "answer",
      status: 503,
      headers: { server: "envoy", via: "a, b" },
      body: "HTTP/1.1 200 OK\r\n\r\n",
      truncated: false,
      durationMs: 250,
    },
    { kind: "answer", status: 204, headers: {}, body: "", truncated: false, durationMs: 250 },
  ]);
  expect(readCurl("curl: no such option\n", boundary)).toEqual([]);
});

test.each([
  [7, "Failed to connect to orders port 8080: Connection refused", "connect-failed", "refused"],
  [7, "Failed to connect to orders port 8080: No route to host", "connect-failed", "unreachable"],
  [7, "Failed to connect to orders port 8080: Connection timed out", "connect-failed", "timed-out"],
  [
    28,
    "Operation timed out after 1500 milliseconds",
    "silent",
    "Operation timed out after 1500 milliseconds",
  ],
  [52, "Empty reply from server", "closed", "Empty reply from server"],
  [56, "Recv failure: Connection reset by peer", "reset", "Recv failure: Connection reset by peer"],
  [60, "SSL certificate problem", "tls-failed", "SSL certificate problem"],
  [6, "Could not resolve host: orders", "failed", "Could not resolve host: orders"],
  [99, "", "failed", "curl's exit code 99"],
] as const)("exit code %d (%s) is %s", (code, message, kind, detail) => {
  expect(readCurl(end(code, message), boundary)).toEqual([{ kind, detail, durationMs: 250 }]);
});

describe.skipIf(spawnSync("curl", ["--version"]).status !== 0)("with a real curl", () => {
  const servers = new Servers();
  afterAll(() => servers.close());

  /** Runs curl on this machine, as a container would. */
  const here: WorkloadRequests = {
    send: async (one, { repeat, timeoutMs }, onObservation) => {
      const [program = "", ...args] = curlCommand(one, { ...options, times: repeat, timeoutMs });
      const stdout = await new Promise<string>((resolve) => {
        execFile(program, args, { maxBuffer: 64 * 1024 * 1024 }, (_, text) => {
          resolve(text);
        });
      });
      for (const observation of readCurl(stdout, boundary)) onObservation(observation);
      return { kind: "sent" };
    },
  };

  async function ask(answer: Answer, more: object, expectation: object, rest: object = {}) {
    const seen: SeenRequest[] = [];
    const port = await servers.http(gateway(answer, (one) => seen.push(one)));
    const from = { from: "shop/cart", to: `http://127.0.0.1:${port}/orders/1?a=[b]`, ...more };
    const check = checkSchema.parse(described(from, expectation, rest));
    const report = await runOnce("", {
      target: targetOf(outputsAt(port), [check]),
      dependencies: { workloadRequests: here },
    });
    return { verdict: verdictOf(report, "the check"), seen };
  }

  test("requests arrive as they are described, and answers are judged", async () => {
    const more = {
      method: "POST",
      headers: { "End-User": "jason", "content-type": "application/json" },
      body: '{"a":"\\n€"}',
    };
    const { verdict, seen } = await ask(reply(403, {}, "RBAC: access denied"), more, {
      status: 403,
      body: "denied",
    });
    expect(verdict).toMatchObject({ status: "passed" });
    expect(seen).toMatchObject([
      {
        method: "POST",
        url: "/orders/1?a=[b]",
        body: '{"a":"\\n€"}',
        headers: { "end-user": "jason", "content-type": "application/json" },
      },
    ]);
    expect(faultOf((await ask(reply(200), more, { status: 403 })).verdict)).toBe("check-wrong-answer");
  });

  test("a thousand requests go over one connection, and tell who answered", async () => {
    let count = 0;
    const pods = ["a-5f7c9d8b6c-x2x4z", "b-5f7c9d8b6c-x2x4z"];
    const { verdict, seen } = await ask(
      echo(() => pods[count++ % 2] ?? ""),
      {},
      { split: { a: 50, b: 50 } },
      { repeat: 1000 },
    );
    expect(seen).toHaveLength(1000);
    expect(verdict).toMatchObject({
      status: "passed",
      got: expect.stringContaining("a 500 (50.0 %") as string,
    });
  });

  test("refusals and methods without a body are seen as from outside", async () => {
    const reset: Answer = (one) => one.socket.resetAndDestroy();
    expect((await ask(reset, {}, { connection: "refused" })).verdict).toMatchObject({ status: "passed" });
    const head = await ask(
      reply(200, { "x-tier": "gold" }),
      { method: "HEAD" },
      { headers: { "x-tier": "gold" } },
    );
    expect(head.verdict).toMatchObject({ status: "passed" });
    const nobody = await servers.closedPort();
    const closed = await ask(reply(200), { to: `http://127.0.0.1:${nobody}/` }, { connection: "refused" });
    expect(closed.verdict).toMatchObject({ status: "passed" });
  });
});
