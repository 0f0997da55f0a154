import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { openKubeconfig } from "../../smoke/kubernetes/kubeconfig-api";
import { SendFromPods, type SendFromPodsOptions } from "../../smoke/kubernetes/send-from-pods";
import type { HttpObservation } from "../../smoke/probes/http-probe";
import { ApiError, apiServer, type ApiObjects } from "../support/kubernetes/api-server";
import type { ExecCall, Executed } from "../support/kubernetes/exec-channel";
import { available, list } from "../support/kubernetes/healthy-cluster";
import { ManualClock } from "../support/smoke/run-once";
import { Servers } from "../support/smoke/servers";

const servers = new Servers();
const folder = mkdtempSync(join(tmpdir(), "smoke-exec-"));
let api: Awaited<ReturnType<typeof apiServer>>;
let calls: ExecCall[];
beforeAll(async () => {
  api = await apiServer();
});
beforeEach(() => {
  calls = [];
  api.hold(shop);
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await Promise.all([api.close(), servers.close()]);
});

const ready = [{ type: "Ready", status: "True" }];
const podsPath = "/api/v1/namespaces/shop/pods";
const cart = {
  metadata: {
    name: "cart-5f7c9d8b6c-x2x4z",
    namespace: "shop",
    labels: { app: "cart", "istio.io/rev": "stable" },
  },
  spec: {
    serviceAccountName: "cart",
    containers: [
      { name: "istio-proxy", image: "docker.io/istio/proxyv2:1.31.1" },
      { name: "cart", image: "cart:1" },
    ],
  },
  status: { conditions: ready },
};

/** A shop whose cart is ready, and in which a pod that is made becomes so at once. */
const objectsOfShop: ApiObjects = {
  "/apis/apps/v1/namespaces/shop/deployments/cart": {
    metadata: { name: "cart", namespace: "shop" },
    spec: { selector: { matchLabels: { app: "cart" } }, template: { spec: cart.spec } },
    status: available(),
  },
  [podsPath]: (sent: unknown) => sent ?? list(cart),
};

const shop: ApiObjects = new Proxy(objectsOfShop, {
  get: (objects, path: string) =>
    path.startsWith(`${podsPath}/smoke-probe-`)
      ? { metadata: {}, status: { conditions: ready } }
      : objects[path],
});

const request = { from: "shop/cart", to: "http://orders.shop:8080/", method: "GET", headers: {} } as const;
const sending = {
  repeat: 1,
  concurrency: 1,
  timeoutMs: 5000,
  signal: new AbortController().signal,
  userAgent: "istio-cdktf-smoke/inside",
};

async function sendersOf(how: "exec" | "pod", more: Partial<SendFromPodsOptions> = {}) {
  const opened = await openKubeconfig({ kubeconfig: api.kubeconfig }, 5000);
  const { signal } = sending;
  return new SendFromPods({
    api: opened,
    exec: await opened.exec(),
    clock: new ManualClock(),
    signal,
    how,
    ...more,
  });
}

/** What curl prints for a plain answer, once for each request of the command. */
function printed({ command }: ExecCall, answer: string): Executed {
  const [, boundary = ""] = /(@[0-9a-f]+@)/.exec(command.join(" ")) ?? [];
  const times = Number(/#\[1-(\d+)\]$/.exec(command.at(-1) ?? "")?.[1]);
  return { exitCode: 0, stdout: `${answer}\n${boundary} 0 0.004 \n`.repeat(times) };
}

const ok = "HTTP/1.1 200 OK\r\nserver: envoy\r\n\r\nOK";

async function send(
  how: "exec" | "pod",
  execute: (call: ExecCall) => Executed,
  more: Partial<typeof sending> = {},
) {
  api.onExec((call) => {
    calls.push(call);
    return Promise.resolve(execute(call));
  });
  const observations: HttpObservation[] = [];
  const senders = await sendersOf(how);
  const result = await senders.send(request, { ...sending, ...more }, (one) => observations.push(one));
  return { result, observations, senders };
}

test("curl is run in the application's container, never in the sidecar, which would go past itself", async () => {
  const { result, observations } = await send("exec", (call) => printed(call, ok));
  expect(result).toEqual({ kind: "sent" });
  expect(observations).toMatchObject([
    { kind: "answer", status: 200, headers: { server: "envoy" }, body: "OK", durationMs: 4 },
  ]);
  expect(calls).toMatchObject([{ path: `${podsPath}/cart-5f7c9d8b6c-x2x4z/exec`, container: "cart" }]);
});

test("requests are shared among as many commands as may be under way at once", async () => {
  const { observations } = await send("exec", (call) => printed(call, ok), { repeat: 10, concurrency: 4 });
  expect(observations).toHaveLength(10);
  expect(calls.map(({ command }) => command.at(-1)?.replace(/^.*#/, "")).sort()).toEqual([
    "[1-2]",
    "[1-2]",
    "[1-3]",
    "[1-3]",
  ]);
});

test.each<[string, ApiObjects, Executed, string]>([
  [
    "a workload that does not exist",
    { "/apis/apps/v1/namespaces/shop/deployments/cart": undefined },
    "",
    "there is no Deployment, StatefulSet or DaemonSet shop/cart",
  ],
  [
    "a workload without a ready pod",
    { [podsPath]: list({ ...cart, status: {} }) },
    "",
    "shop/cart has no ready pod",
  ],
  [
    "pods that may not be read",
    { [podsPath]: new ApiError(403, "pods is forbidden") },
    "",
    "pods of shop cannot be read: pods is forbidden",
  ],
  [
    "a container without curl",
    {},
    'exec: "curl": executable file not found in $PATH',
    "container cart of pod shop/cart-5f7c9d8b6c-x2x4z has no curl; --send-from pod sends from a pod beside it",
  ],
  [
    "a command that may not be run",
    {},
    "pods is forbidden: cannot create resource pods/exec",
    "curl could not be run in container cart",
  ],
  [
    "a curl that fails at its options",
    {},
    { exitCode: 2, stdout: "", stderr: "curl: option --fail-early: is unknown" },
    "curl ended with 2 in container cart of pod shop/cart-5f7c9d8b6c-x2x4z: curl: option",
  ],
])("%s sends nothing, and says why", async (_, objects, executed, why) => {
  api.hold({ ...objectsOfShop, ...objects });
  const { result, observations } = await send("exec", () => executed);
  expect(result).toMatchObject({ kind: "not-sent", why: expect.stringContaining(why) as string });
  expect(observations).toEqual([]);
});

test("a command that does not end, is interrupted, or is not let through ends, and says why", async () => {
  api.onExec(() => new Promise(() => undefined));
  const call = { namespace: "shop", pod: "cart", container: "cart", command: ["true"] };
  const exec = await (await openKubeconfig({ kubeconfig: api.kubeconfig }, 5000)).exec();
  const { signal } = sending;
  expect(await exec({ ...call, timeoutMs: 20, signal })).toEqual({
    kind: "failed",
    why: "not ended in 20 ms",
  });
  const controller = new AbortController();
  const interrupted = exec({ ...call, timeoutMs: 60_000, signal: controller.signal });
  controller.abort();
  expect(await interrupted).toEqual({ kind: "failed", why: "interrupted" });

  const refusing = await servers.http((_, response) => response.writeHead(403).end());
  const kubeconfig = join(folder, "refusing.json");
  writeFileSync(
    kubeconfig,
    readFileSync(api.kubeconfig, "utf8").replace(api.server, `http://127.0.0.1:${refusing}`),
  );
  const refused = await (await openKubeconfig({ kubeconfig }, 5000)).exec();
  expect(await refused({ ...call, timeoutMs: 60_000, signal })).toEqual({
    kind: "failed",
    why: "Unexpected server response: 403",
  });
});

test("a pod beside the workload has its service account and injection, no label of its own, and goes again", async () => {
  const { result, senders } = await send("pod", (call) => printed(call, ok));
  expect(result).toEqual({ kind: "sent" });
  const made = api.asked.find(({ method, path }) => method === "POST" && path === podsPath)?.body as {
    metadata: { name: string; labels: Record<string, string> };
    spec: { containers: object[] };
  };
  expect(made.metadata.labels).toEqual({
    "istio.io/rev": "stable",
    "app.kubernetes.io/name": "istio-cdktf-smoke-probe",
    "app.kubernetes.io/managed-by": "istio-cdktf-smoke",
  });
  expect(made.spec).toMatchObject({
    serviceAccountName: "cart",
    restartPolicy: "Never",
    activeDeadlineSeconds: 900,
    containers: [{ name: "probe", image: "docker.io/istio/proxyv2:1.31.1" }],
  });
  const path = `${podsPath}/${made.metadata.name}`;
  expect(calls).toMatchObject([{ path: `${path}/exec`, container: "probe" }]);
  const removals = () => api.asked.filter(({ method }) => method === "DELETE").map((one) => one.path);
  expect(removals()).toEqual([]);
  await senders.close();
  expect(removals()).toEqual([`${path}?gracePeriodSeconds=0`]);
});

test("one pod serves every check of a workload", async () => {
  const { senders } = await send("pod", (call) => printed(call, ok));
  await senders.send(request, sending, () => undefined);
  expect(api.asked.filter(({ method }) => method === "POST")).toHaveLength(1);
  await senders.close();
});

test("a pod that does not become ready, or may not be made, sends nothing and is removed", async () => {
  const waiting = { state: { waiting: { reason: "ErrImagePull", message: "no such image" } } };
  const stuck = new Proxy(objectsOfShop, {
    get: (objects, path: string) =>
      path.startsWith(`${podsPath}/smoke-probe-`)
        ? { metadata: {}, status: { phase: "Pending", containerStatuses: [waiting] } }
        : objects[path],
  });
  api.hold(stuck);
  const { result, senders } = await send("pod", (call) => printed(call, ok));
  expect(result).toMatchObject({
    kind: "not-sent",
    why: expect.stringMatching(
      /^the pod shop\/smoke-probe-\w+ beside shop\/cart is not ready in 60 s: ErrImagePull: no such image$/,
    ) as string,
  });
  await senders.close();
  expect(api.asked.filter(({ method }) => method === "DELETE")).toHaveLength(1);

  const forbidden = new ApiError(403, 'pods is forbidden: User "dev" cannot create resource "pods"');
  api.hold({
    ...objectsOfShop,
    [podsPath]: (sent: unknown) => (sent === undefined ? list(cart) : forbidden),
  });
  expect((await send("pod", (call) => printed(call, ok))).result).toMatchObject({
    kind: "not-sent",
    why: expect.stringContaining(
      'no pod can be made beside shop/cart: pods is forbidden: User "dev"',
    ) as string,
  });
});

test("the image of the pod is the sidecar's, or the one that is given", async () => {
  const bare = { ...cart, spec: { ...cart.spec, containers: [{ name: "cart", image: "cart:1" }] } };
  api.hold(
    new Proxy(shop, {
      get: (objects, path: string) =>
        path === podsPath ? (sent: unknown) => sent ?? list(bare) : objects[path],
    }),
  );
  expect((await send("pod", (call) => printed(call, ok))).result).toMatchObject({
    why: expect.stringContaining("give one with --probe-image") as string,
  });
  const senders = await sendersOf("pod", { probeImage: "curl:8" });
  expect(await senders.send(request, sending, () => undefined)).toEqual({ kind: "sent" });
  const made = api.asked.filter(({ method }) => method === "POST").at(-1)?.body;
  expect(made).toMatchObject({ spec: { containers: [{ image: "curl:8" }] } });
});
