import { expect, test } from "vitest";
import { check, checks } from "../../contract/checks";
import type { z } from "zod";

type Written = z.input<typeof check>;

const written = (more: Partial<Record<keyof Written, unknown>>) => ({
  name: "home page",
  request: { gateway: "ingress" },
  expect: { status: 200 },
  ...more,
});

/** What is wrong, as `path: what is accepted`. */
function problems(value: unknown): string[] {
  const result = check.safeParse(value);
  return result.success
    ? []
    : result.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
}

test("the least a person writes has every default", () => {
  expect(check.parse(written({ request: {} }))).toEqual({
    name: "home page",
    request: { path: "/", method: "GET", headers: {} },
    repeat: 1,
    concurrency: 8,
    expect: { status: 200 },
  });
});

test("what the schema returns it accepts again, unchanged: it travels in the outputs", () => {
  const all: readonly unknown[] = [
    written({}),
    written({
      request: {
        gateway: "ingress",
        host: "books.local.test",
        path: "/a?b=c",
        headers: { "end-user": "jason" },
      },
    }),
    written({
      request: { from: "shop/cart", to: "http://orders.shop:8080/admin", method: "POST", body: "{}" },
    }),
    written({ repeat: 1000, expect: { split: { "reviews-v1": 50, "reviews-v3": 50 } } }),
    written({ repeat: 20, expect: { split: { 200: 40, 429: 60 }, tolerance: 20 } }),
    written({
      expect: { redirect: "https://books.local.test/", headers: { "x-powered-by": { absent: true } } },
    }),
    written({
      expect: { body: { matches: "^\\d+$" }, seconds: { atLeast: 1.5, atMost: 3 }, workload: "shop/cart" },
    }),
    written({ expect: { connection: "refused" } }),
  ];
  for (const one of all) {
    const parsed = check.parse(one);
    const sent = JSON.parse(JSON.stringify(parsed)) as unknown;
    expect(check.parse(sent)).toEqual(parsed);
    expect(sent).toEqual(parsed);
  }
});

test("a status is 200 unless another, a redirect or shares of statuses are expected", () => {
  const statusOf = (value: unknown) => {
    const parsed = check.parse(written({ repeat: 1000, expect: value })).expect;
    return "status" in parsed ? parsed.status : undefined;
  };
  expect(statusOf({ workload: "reviews-v1" })).toBe(200);
  expect(statusOf({ split: { "reviews-v1": 50, "reviews-v2": 50 } })).toBe(200);
  expect(statusOf({ status: 403 })).toBe(403);
  expect(statusOf({ redirect: "/login" })).toBeUndefined();
  expect(statusOf({ redirect: "/login", status: 308 })).toBe(308);
  expect(statusOf({ split: { 200: 50, 503: 50 } })).toBeUndefined();
});

test.each<[string, object, string]>([
  [
    "a request of both kinds",
    { request: { gateway: "ingress", from: "shop/cart", to: "http://a" } },
    "request.gateway: a request through a gateway (gateway, host, path, scheme) or from a workload (from, to)",
  ],
  [
    "a path of a request from a workload",
    { request: { path: "/", from: "shop/cart", to: "http://a" } },
    "request.path: a request through a gateway",
  ],
  ["from without to", { request: { from: "shop/cart" } }, "request.to: the URL that the workload asks"],
  ["to without from", { request: { to: "http://orders" } }, "request.from: the workload that sends"],
  [
    "from without a namespace",
    { request: { from: "cart", to: "http://orders" } },
    "request.from: a workload with its namespace",
  ],
  ["another scheme", { request: { from: "shop/cart", to: "tcp://orders:1" } }, "request.to: a URL such as"],
  ["a path without a slash", { request: { path: "healthz" } }, "request.path: a path such as"],
  ["a path with a line break", { request: { path: "/a\nb" } }, "request.path: a path such as"],
  [
    "a header with a line break",
    { request: { headers: { a: "b\r\nc: d" } } },
    "request.headers.a: a header's value, in one line",
  ],
  ["a name with an escape sequence", { name: "\u001b[31mred" }, "name: a name, in one line"],
  [
    "a Host header",
    { request: { headers: { Host: "a.test" } } },
    "request.headers.Host: `host`, or the URL in `to`",
  ],
  [
    "a header that HTTP writes",
    { request: { headers: { "Content-Length": "1" } } },
    "request.headers.Content-Length: no content-length header",
  ],
  ["no expectation", { expect: {} }, "expect: at least one expectation"],
  [
    "a refused connection with a status",
    { expect: { connection: "refused", status: 200 } },
    "expect.connection: nothing beside it",
  ],
  [
    "workload and split",
    { repeat: 100, expect: { workload: "a", split: { a: 50, b: 50 } } },
    "expect.split: `workload` for one that answers all",
  ],
  [
    "shares that miss 100",
    { repeat: 100, expect: { split: { a: 50, b: 40 } } },
    "expect.split: shares that sum to 100",
  ],
  [
    "shares of workloads and statuses",
    { repeat: 100, expect: { split: { a: 50, 503: 50 } } },
    "expect.split: shares by workload, or by status",
  ],
  [
    "a status beside shares of statuses",
    { repeat: 100, expect: { status: 200, split: { 200: 50, 503: 50 } } },
    "expect.status: no status beside",
  ],
  [
    "a workload that is no name",
    { repeat: 100, expect: { split: { "A b": 100 } } },
    "expect.split.A b: the name of a Deployment",
  ],
  ["a tolerance without split", { expect: { tolerance: 5 } }, "expect.tolerance: `split` beside it"],
  [
    "a tolerance that hides a share",
    { repeat: 100, expect: { split: { a: 95, b: 5 }, tolerance: 5 } },
    "expect.tolerance: less than the smallest share (5)",
  ],
  [
    "a redirect with status 200",
    { expect: { redirect: "/", status: 200 } },
    "expect.status: a status from 300 to 399",
  ],
  [
    "bounds in the wrong order",
    { expect: { seconds: { atLeast: 3, atMost: 1 } } },
    "expect.seconds.atMost: a number of at least atLeast (3)",
  ],
  ["no bound", { expect: { seconds: {} } }, "expect.seconds: atLeast, atMost or both"],
  ["a pattern that is none", { expect: { body: { matches: "(" } } }, "expect.body"],
  [
    "a header of another form",
    { expect: { headers: { a: { equals: "b" } } } },
    "expect.headers.a: the whole value, { matches",
  ],
  [
    "a split of a single request",
    { expect: { split: { a: 50, b: 50 } } },
    "repeat: a whole number from 100 to 10000",
  ],
  [
    "a share that so few requests do not tell",
    { repeat: 100, expect: { split: { a: 99, b: 1 } } },
    "repeat: a whole number from 757 to 10000",
  ],
  [
    "a share that no number of requests tells",
    { repeat: 10000, expect: { split: { a: 99.99, b: 0.01 } } },
    "repeat: a split that can be told from none at all in 10000 requests",
  ],
  ["an unknown key", { expect: { state: 200 } }, "expect: Unrecognized key"],
])("%s is refused where it stands", (_, wrong, message) => {
  expect(problems(written({}))).toEqual([]);
  expect(problems(written(wrong)).some((problem) => problem.startsWith(message))).toBe(true);
});

test("names are unique", () => {
  expect(checks.safeParse([written({}), written({ name: "b" })]).success).toBe(true);
  const { error } = checks.safeParse([written({}), written({})]);
  expect(error?.issues).toMatchObject([{ path: [1, "name"], message: "a name that no other check has" }]);
});
