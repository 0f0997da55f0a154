import { afterAll, beforeAll, expect, test } from "vitest";
import { ApiError } from "../support/kubernetes/api-server";
import {
  ask,
  described,
  echo,
  faultOf,
  gateway,
  outputsAt,
  reply,
  targetOf,
  type Answer,
} from "../support/smoke/check-run";
import { clusterRuns, verdictOf } from "../support/smoke/cluster-run";
import {
  gatewayNamespace,
  injectedPod,
  list,
  virtualService,
  virtualServicesPath,
} from "../support/kubernetes/healthy-cluster";
import { ManualClock } from "../support/smoke/run-once";
import { Servers } from "../support/smoke/servers";

const servers = new Servers();
let runs: Awaited<ReturnType<typeof clusterRuns>>;
beforeAll(async () => {
  runs = await clusterRuns();
});
afterAll(() => Promise.all([servers.close(), runs.close()]));

const pods = { v1: "reviews-v1-5f7c9d8b6c-x2x4z", v3: "reviews-v3-7d9f8c6b5b-2zq7k" };

test("the workload that answers is read from the pod that an answer names", async () => {
  const expecting = (workload: string) => described({}, { workload });
  expect(
    (
      await ask(
        servers,
        echo(() => pods.v1),
        expecting("reviews-v1"),
      )
    ).verdict,
  ).toMatchObject({
    status: "passed",
    got: expect.stringMatching(/; reviews-v1$/) as string,
  });
  const { verdict } = await ask(
    servers,
    echo(() => pods.v3),
    expecting("reviews-v1"),
  );
  expect(verdict).toMatchObject({
    fault: "check-wrong-workload",
    got: expect.stringContaining(
      "1 × reviews-v3 answered, not reviews-v1 (told by the pods that the answers name)",
    ) as string,
  });
  const bookinfo = reply(
    200,
    { "content-type": "application/json" },
    JSON.stringify({ id: "0", podname: pods.v1 }),
  );
  expect((await ask(servers, bookinfo, expecting("reviews-v1"))).verdict).toMatchObject({ status: "passed" });
  const header = reply(200, { "x-pod-name": "cart-0" }, "<html>reviews-v1-5f7c9d8b6c-x2x4z</html>");
  expect((await ask(servers, header, expecting("cart"))).verdict).toMatchObject({ status: "passed" });
});

test("where nothing tells who answered, the check is not checked, never passed", async () => {
  const page = reply(200, { "content-type": "text/html" }, `<p>served by: ${pods.v1}</p>`);
  const { report, verdict } = await ask(servers, page, described({}, { workload: "reviews-v1" }));
  expect(verdict).toMatchObject({
    status: "skipped",
    why: expect.stringMatching(
      /^not checked: cannot tell which workload answered \(1 of 1 answers do not name the pod they come from, and there is no kubeconfig.*all else holds: 200/,
    ) as string,
  });
  expect(report.layers.find(({ layer }) => layer === "checks")?.verdict.status).toBe("skipped");
  expect(faultOf((await ask(servers, reply(500), described({}, { workload: "reviews-v1" }))).verdict)).toBe(
    "check-wrong-answer",
  );
});

test("a namespace that is not told from outside is not checked", async () => {
  const { verdict } = await ask(
    servers,
    echo(() => pods.v1),
    described({}, { workload: "bookinfo/reviews-v1" }),
  );
  expect(verdict).toMatchObject({
    status: "skipped",
    why: expect.stringContaining("leave the namespace out") as string,
  });
});

/** Hands out the pods in turn, so many of each. */
function inTurn(...shares: readonly (readonly [string, number])[]): () => string {
  const order = shares.flatMap(([pod, count]) => Array.from({ length: count }, () => pod));
  let next = 0;
  return () => order[next++ % order.length] ?? "";
}

const halves = { split: { "reviews-v1": 50, "reviews-v3": 50 } };

test("a split is judged by its binomial interval, which is shown", async () => {
  const { verdict, seen } = await ask(
    servers,
    echo(inTurn([pods.v1, 1], [pods.v3, 1])),
    described({}, halves, { repeat: 1000 }),
  );
  expect(seen).toHaveLength(1000);
  expect(verdict).toMatchObject({
    status: "passed",
    got: expect.stringMatching(
      /^1000 × 200; p50 .*, p99 .*; reviews-v1 500 \(50\.0 %, 448 to 552 expected\), reviews-v3 500 \(50\.0 %, 448 to 552 expected\)$/,
    ) as string,
  });
  const off = await ask(
    servers,
    echo(inTurn([pods.v1, 56], [pods.v3, 44])),
    described({}, halves, { repeat: 1000 }),
  );
  expect(off.verdict).toMatchObject({
    fault: "check-wrong-split",
    got: expect.stringContaining("reviews-v1 560 (56.0 %, 448 to 552 expected)") as string,
  });
  const tolerant = { ...halves, tolerance: 10 };
  const within = await ask(
    servers,
    echo(inTurn([pods.v1, 56], [pods.v3, 44])),
    described({}, tolerant, { repeat: 100 }),
  );
  expect(within.verdict).toMatchObject({ status: "passed" });
});

test("a workload that a split does not name fails it", async () => {
  const answer = echo(inTurn([pods.v1, 50], [pods.v3, 49], ["reviews-v2-5f7c9d8b6c-x2x4z", 1]));
  const { verdict } = await ask(servers, answer, described({}, halves, { repeat: 100 }));
  expect(verdict).toMatchObject({
    fault: "check-wrong-split",
    got: expect.stringMatching(/^1 × reviews-v2 not among those expected/) as string,
  });
});

const addresses = { "10.1.0.5": "reviews-v1", "10.1.0.6": "reviews-v3" } as const;

/** A line of Envoy's access log. */
const logLine = (
  agent: string,
  {
    status,
    flags,
    upstream,
    cluster,
    route,
  }: Record<"status" | "flags" | "upstream" | "cluster" | "route", string>,
) =>
  JSON.stringify({
    response_code: Number(status),
    response_flags: flags,
    response_code_details: "via_upstream",
    user_agent: agent,
    upstream_host: upstream,
    upstream_cluster: cluster,
    route_name: route,
  });

/** What a sidecar logs of a request that it let in. */
const received = (agent: string, status = "200", flags = "-") =>
  logLine(agent, { status, flags, upstream: "10.1.0.5:9080", cluster: "inbound|9080||", route: "default" });

interface LoggedGateway {
  /** What the sidecar of an endpoint's pod logs of a request, by the pod's name. */
  readonly sidecars?: Readonly<Record<string, (agent: string) => readonly string[]>>;
  readonly route?: string;
  readonly virtualServices?: readonly unknown[];
  /** Which endpoint answers a request. */
  readonly endpoint: () => string;
  readonly status?: number;
  readonly flags?: string;
  readonly format?: "text" | "json" | "off" | "unread";
}

/** Runs a check through a gateway that logs, in a cluster that knows the endpoints' pods. */
async function askLogged(check: object, logged: LoggedGateway) {
  const { endpoint, status = 200, flags = "-", format = "text", route = "default", sidecars = {} } = logged;
  const lines: string[] = [];
  const sidecarLines: Record<string, string[]> = {};
  const answer: Answer = (request, response) => {
    const agent = request.headers["user-agent"] ?? "";
    const upstream = `${endpoint()}:9080`;
    for (const [pod, log] of Object.entries(sidecars)) (sidecarLines[pod] ??= []).push(...log(agent));
    const cluster = "outbound|9080||reviews.bookinfo.svc.cluster.local";
    if (format === "text" || format === "json")
      lines.push(
        format === "json"
          ? JSON.stringify({
              response_code: status,
              response_flags: flags,
              user_agent: agent,
              upstream_host: upstream,
              upstream_cluster: cluster,
              route_name: route,
            })
          : `[2026-11-25T12:00:00.000Z] "GET / HTTP/1.1" ${status} ${flags} via_upstream - "-" 0 95 1 1 "10.0.0.1" "${agent}" "id" "books.test" "${upstream}" ${cluster} 10.1.0.2:4 10.1.0.2:8080 10.0.0.1:5 - ${route}`,
      );
    reply(status, { "x-envoy-upstream-service-time": "1" }, "<html>a page</html>")(request, response);
  };
  const port = await servers.http(gateway(answer));
  const report = await runs.run(
    {
      [`${gatewayNamespace}/pods/istio-ingress-7d4f-abcde/log`]: () =>
        format === "unread" ? new ApiError(403, "pods/log is forbidden") : `noise\n${lines.join("\n")}\n`,
      ...Object.fromEntries(
        Object.values(addresses).map((pod) => [
          `/api/v1/namespaces/bookinfo/pods/${pod}-5d9c7b8f6d-x7k2p/log`,
          () => (sidecarLines[pod] ?? []).join("\n"),
        ]),
      ),
      ...(logged.virtualServices === undefined
        ? {}
        : { [virtualServicesPath]: list(virtualService, ...logged.virtualServices) }),
      "/api/v1/pods": (_: unknown, url: URL) => {
        const podOf = (name: string) => injectedPod(name, "1.31.1", { namespace: "bookinfo" });
        if (!url.searchParams.has("fieldSelector")) return list(...Object.values(addresses).map(podOf));
        const [, ip = ""] = /status\.podIP=([\d.]+),/.exec(url.searchParams.get("fieldSelector") ?? "") ?? [];
        const workload = addresses[ip as keyof typeof addresses] as string | undefined;
        return workload === undefined ? list() : list(podOf(workload));
      },
    },
    { target: targetOf(outputsAt(port), [check]), dependencies: { clock: new ManualClock() } },
  );
  return { report, verdict: verdictOf(report, "the check") };
}

test.each(["text", "json"] as const)(
  "with a kubeconfig the gateway's access log (%s) tells who answered, namespace and all",
  async (format) => {
    const endpoint = () => "10.1.0.5";
    const expecting = (workload: string) =>
      askLogged(described({}, { workload }, { repeat: 3 }), { endpoint, format });
    expect((await expecting("bookinfo/reviews-v1")).verdict).toMatchObject({
      status: "passed",
      got: expect.stringMatching(/; bookinfo\/reviews-v1$/) as string,
    });
    expect((await expecting("reviews-v1")).verdict).toMatchObject({ status: "passed" });
    expect((await expecting("shop/reviews-v1")).verdict).toMatchObject({
      fault: "check-wrong-workload",
      got: expect.stringContaining(
        "3 × bookinfo/reviews-v1 answered, not shop/reviews-v1 (told by the gateway's access log)",
      ) as string,
    });
  },
);

test("a split of applications that do not name their pods is counted from the access log", async () => {
  const evenly = inTurn(["10.1.0.5", 1], ["10.1.0.6", 1]);
  const { verdict } = await askLogged(described({}, halves, { repeat: 200 }), { endpoint: evenly });
  expect(verdict).toMatchObject({
    status: "passed",
    got: expect.stringMatching(/reviews-v1 100 \(50\.0 %, .*\), reviews-v3 100/) as string,
  });
  const { verdict: off } = await askLogged(described({}, halves, { repeat: 200 }), {
    endpoint: () => "10.1.0.5",
  });
  expect(faultOf(off)).toBe("check-wrong-split");
});

test("an endpoint without a pod, a log that is off, and a User-Agent of the check's own leave it unchecked", async () => {
  const stranger = await askLogged(described({}, { workload: "reviews-v1" }), { endpoint: () => "10.9.9.9" });
  expect(stranger.verdict).toMatchObject({
    status: "skipped",
    why: expect.stringContaining("no pod with the address 10.9.9.9 is seen") as string,
  });
  const off = await askLogged(described({}, { workload: "reviews-v1" }), {
    endpoint: () => "10.1.0.5",
    format: "off",
  });
  expect(off.verdict).toMatchObject({
    status: "skipped",
    why: expect.stringContaining("has the endpoints of 0 of 1 requests: access logs may be off") as string,
  });
  const unread = await askLogged(described({}, { workload: "reviews-v1" }), {
    endpoint: () => "10.1.0.5",
    format: "unread",
  });
  expect(unread.verdict).toMatchObject({
    status: "skipped",
    why: expect.stringContaining("the gateway's access log cannot be read: pods/log is forbidden") as string,
  });
  const own = described({ headers: { "User-Agent": "Mobile" } }, { workload: "reviews-v1" });
  expect((await askLogged(own, { endpoint: () => "10.1.0.5" })).verdict).toMatchObject({
    status: "skipped",
    why: expect.stringContaining("its requests cannot be told from others in an access log") as string,
  });
});

test("a failed check shows what the gateway logged: flags, route and cluster", async () => {
  const { verdict } = await askLogged(described({}, { status: 200 }), {
    endpoint: () => "10.1.0.5",
    status: 503,
    flags: "UF,URX",
  });
  expect(verdict).toMatchObject({
    fault: "check-wrong-answer",
    got: expect.stringContaining(
      "; the gateway logged 503, response flags UF,URX, via_upstream, route default, outbound|9080||reviews.bookinfo.svc.cluster.local",
    ) as string,
    next: expect.stringContaining("check the workload's port and NetworkPolicies") as string,
  });
});

test("with a kubeconfig a failed check names the VirtualServices that have its host", async () => {
  const missing = described({ host: "books.test", path: "/nope" }, { status: 200 });
  const nextOf = async (...hosts: string[]) => {
    const virtualServices = hosts.map((host) => ({
      metadata: { name: "books", namespace: "shop" },
      spec: { hosts: [host] },
    }));
    const port = await servers.http(gateway(reply(404)));
    const objects = { [virtualServicesPath]: list(virtualService, ...virtualServices) };
    const dependencies = { clock: new ManualClock() };
    const report = await runs.run(objects, { target: targetOf(outputsAt(port), [missing]), dependencies });
    const verdict = verdictOf(report, "the check");
    return verdict?.status === "failed" ? verdict.next : verdict?.status;
  };
  expect(await nextOf("books.test")).toMatch(
    /; the host is that of VirtualService mesh-health\/healthz, VirtualService shop\/books$/,
  );
  expect(await nextOf("*.test")).toContain("shop/books");
  expect(await nextOf("other.test")).not.toContain("shop/books");
});

const reviews = {
  metadata: { name: "reviews", namespace: "bookinfo" },
  spec: { hosts: ["books.test"], http: [{ name: "jason" }, { name: "everybody" }] },
};

test("a failed check follows the request to the sidecar that refused it, and names the route that decided", async () => {
  const denied = described({ host: "books.test" }, { status: 200 });
  const logged = {
    endpoint: () => "10.1.0.5",
    status: 403,
    route: "everybody",
    virtualServices: [reviews],
    sidecars: { "reviews-v1": (agent: string) => [received(agent, "403")] },
  };
  const { verdict } = await askLogged(denied, logged);
  expect(verdict).toMatchObject({
    got: expect.stringContaining(
      "; the gateway logged 403, response flags -, via_upstream, route everybody of VirtualService bookinfo/reviews, outbound|9080||reviews.bookinfo.svc.cluster.local; the sidecar of bookinfo/reviews-v1 logged 403, response flags -, via_upstream, route default, inbound|9080||",
    ) as string,
  });
  const other = await askLogged(denied, { ...logged, route: "somebody", sidecars: {} });
  expect(other.verdict).toMatchObject({
    got: expect.stringMatching(
      /route somebody, outbound\|9080\|\|reviews\.bookinfo\.svc\.cluster\.local$/,
    ) as string,
  });
});

test("how many pods answer is counted from what answers say, or from the log", async () => {
  const onePod = described({}, { pods: 1 }, { repeat: 10 });
  const both = inTurn([pods.v1, 1], [pods.v3, 1]);
  expect(
    (
      await ask(
        servers,
        echo(() => pods.v1),
        onePod,
      )
    ).verdict,
  ).toMatchObject({
    status: "passed",
    got: expect.stringMatching(/; 1 pod$/) as string,
  });
  expect((await ask(servers, echo(both), onePod)).verdict).toMatchObject({
    fault: "check-wrong-pods",
    got: expect.stringContaining("2 pods answered, not 1: 5 × reviews-v") as string,
  });
  const endpoint = inTurn(["10.1.0.5", 1], ["10.1.0.6", 1]);
  expect(faultOf((await askLogged(onePod, { endpoint })).verdict)).toBe("check-wrong-pods");
  expect((await askLogged(onePod, { endpoint: () => "10.1.0.6" })).verdict).toMatchObject({
    status: "passed",
  });
  const page = reply(200, {}, "<html></html>");
  expect((await ask(servers, page, onePod)).verdict?.status).toBe("skipped");
});

test("copies are counted where they come in, without what a workload answers or asks of others itself", async () => {
  const mirrored = (share: number) => described({}, { mirrored: { "reviews-v3": share } }, { repeat: 20 });
  const asksOthers = (agent: string) =>
    logLine(agent, {
      status: "200",
      flags: "-",
      upstream: "10.1.0.9:9080",
      cluster: "outbound|9080||ratings",
      route: "default",
    });
  const sidecars = { "reviews-v3": (agent: string) => [received(agent), asksOthers(agent)] };
  const toVersion1 = { endpoint: () => "10.1.0.5", sidecars };
  expect((await askLogged(mirrored(100), toVersion1)).verdict).toMatchObject({
    status: "passed",
    got: expect.stringMatching(/; reviews-v3 got 20 copies \(100\.0 %, 20 to 20 expected\)$/) as string,
  });
  expect(faultOf((await askLogged(mirrored(0), toVersion1)).verdict)).toBe("check-wrong-copies");
  const toVersion3 = { endpoint: () => "10.1.0.6", sidecars };
  expect((await askLogged(mirrored(0), toVersion3)).verdict).toMatchObject({ status: "passed" });
  const outside = await ask(servers, reply(200), mirrored(100));
  expect(outside.verdict).toMatchObject({
    status: "skipped",
    why: expect.stringContaining("that needs --kubeconfig") as string,
  });
});
