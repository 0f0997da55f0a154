import fc from "fast-check";
import { describe, expect, test } from "vitest";

import {
  clusterEvent,
  endpointSlice,
  kubernetesObject,
  parseJson,
  pod,
  service,
} from "../../../rehearsal/api/objects";
import { untilRelease } from "../../../rehearsal/faults/until-release";
import { Kubelet } from "../../../rehearsal/kubelet/kubelet";
import { podStatus } from "../../../rehearsal/kubelet/pod-status";
import { redirectOf } from "../../../rehearsal/kubelet/redirect";
import { graceSecondsOf } from "../../../rehearsal/kubelet/termination";
import { addressPlan } from "../../../rehearsal/namespace/address-plan";
import { EventRecorder } from "../../../rehearsal/prove/event-recorder";
import { ClusterNetwork } from "../../../rehearsal/services/cluster-network";
import { Ledger } from "../../../rehearsal/services/ledger";
import { FakeApi } from "../../support/kubernetes/fake-api";

/** Text that is never an address, so that nothing here listens or connects. */
const text = fc.string({ maxLength: 12 }).filter((value) => !/^\d+\./.test(value));
const anything = fc.anything({ maxDepth: 2, values: [fc.constant(null), fc.boolean(), fc.integer(), text] });

/** Now and then a value of another kind than it should be. */
function seldomOther<T>(value: fc.Arbitrary<T>): fc.Arbitrary<unknown> {
  return fc.oneof({ weight: 60, arbitrary: value }, { weight: 1, arbitrary: anything });
}

/** Fields that may be null, absent or of another kind, and some that are always there. */
function record(
  optional: Record<string, fc.Arbitrary<unknown>>,
  required: Record<string, fc.Arbitrary<unknown>> = {},
): fc.Arbitrary<object> {
  const orNull = Object.entries(optional).map(([key, value]) => [
    key,
    fc.option(seldomOther(value), { freq: 6 }),
  ]);
  const always = Object.entries(required).map(([key, value]) => [key, seldomOther(value)]);
  const shape = Object.fromEntries([...orNull, ...always]) as Record<string, fc.Arbitrary<unknown>>;
  return fc.record(shape, { requiredKeys: Object.keys(required) });
}

const list = (item: fc.Arbitrary<unknown>) =>
  fc.array(fc.option(seldomOther(item), { freq: 9 }), { maxLength: 3 });
const name = fc.constantFrom("a", "b", "c-1");
const port = fc.oneof(
  { weight: 20, arbitrary: fc.constant(80) },
  { weight: 1, arbitrary: fc.constantFrom(-1, 0, 70_000, 1.5) },
);
const labels = fc.dictionary(
  fc.constantFrom("kubernetes.io/service-name", "owner", "name", "status", "x"),
  seldomOther(fc.oneof(name, text)),
);

const metadata = record(
  {
    labels,
    annotations: labels,
    deletionTimestamp: text,
    deletionGracePeriodSeconds: fc.integer(),
    finalizers: list(text),
    ownerReferences: list(record({}, { kind: fc.constantFrom("Job", "ReplicaSet"), name })),
  },
  { name, namespace: name, uid: name, resourceVersion: text },
);

const container = record(
  {
    args: list(fc.constantFrom("proxy", "sidecar", "-z", "x")),
    ports: list(record({ name }, { containerPort: port })),
    readinessProbe: record({ httpGet: record({ path: text }, { port }) }),
    lifecycle: record({ preStop: record({ exec: record({ command: list(text) }) }) }),
    restartPolicy: fc.constantFrom("Always", "Never"),
  },
  { name, image: text },
);

const kinds = {
  pod: {
    path: "/api/v1/pods",
    read: pod,
    random: record(
      { status: record({ phase: fc.constantFrom("Running", "Succeeded"), podIP: text }) },
      {
        metadata,
        spec: record(
          {
            nodeName: name,
            initContainers: list(container),
            terminationGracePeriodSeconds: fc.integer(),
            readinessGates: list(record({}, { conditionType: text })),
          },
          { containers: list(container) },
        ),
      },
    ),
  },
  service: {
    path: "/api/v1/services",
    read: service,
    random: record(
      { status: record({ loadBalancer: record({ ingress: list(record({ ip: text, hostname: text })) }) }) },
      {
        metadata,
        spec: record({
          type: fc.constantFrom("LoadBalancer", "ClusterIP", "ExternalName"),
          clusterIP: fc.constantFrom("None", "", "fd00::1"),
          ports: list(record({ name, nodePort: port, protocol: fc.constantFrom("TCP", "UDP") }, { port })),
          loadBalancerIP: text,
        }),
      },
    ),
  },
  endpointSlice: {
    path: "/apis/discovery.k8s.io/v1/endpointslices",
    read: endpointSlice,
    random: record(
      {
        endpoints: list(
          record(
            { conditions: record({ ready: fc.boolean(), serving: fc.boolean(), terminating: fc.boolean() }) },
            { addresses: list(text) },
          ),
        ),
        ports: list(record({ name, port })),
      },
      { metadata },
    ),
  },
  event: {
    path: "/api/v1/events",
    read: clusterEvent,
    random: record(
      { type: fc.constantFrom("Warning", "Normal"), reason: text, message: text },
      { metadata, involvedObject: record({ kind: text, name, namespace: name }) },
    ),
  },
  secret: { path: "/api/v1/secrets", read: kubernetesObject, random: record({}, { metadata }) },
} as const;

type Kind = keyof typeof kinds;

const told = (kind: Kind) =>
  fc.array(
    fc.record({
      type: fc.constantFrom("ADDED", "MODIFIED", "DELETED", "BOOKMARK"),
      object: fc.oneof({ weight: 9, arbitrary: kinds[kind].random }, { weight: 1, arbitrary: anything }),
    }),
    { maxLength: 8 },
  );

/** What everybody who watches must still see after whatever came before. */
const last = {
  metadata: { name: "last", namespace: "n", uid: "last", resourceVersion: "9" },
};

interface Watching {
  readonly run: (signal: AbortSignal) => Promise<unknown>;
  /** Whether the last object was seen. */
  readonly sawLast: () => boolean;
  readonly last: object;
  readonly settled?: () => Promise<void>;
}

function kubeletOn(api: FakeApi): Watching {
  const started: string[] = [];
  const kubelet = new Kubelet({
    api,
    onProblem: () => undefined,
    runnerOf: (seen) => {
      // What is made of a pod before its programs run.
      redirectOf(seen, "10.64.0.1");
      podStatus(seen, { pod: "10.64.1.2", host: "10.65.0.10" }, new Map(), "2026-01-01T00:00:00Z");
      graceSecondsOf(seen);
      started.push(seen.metadata.name);
      return { start: () => undefined, stop: () => Promise.resolve() };
    },
  });
  return {
    run: (signal) => kubelet.run(signal),
    sawLast: () => started.includes("last"),
    last: { ...last, spec: { nodeName: "node-1", containers: [] } },
    settled: () => kubelet.stopAll(),
  };
}

function networkOn(api: FakeApi, kind: "service" | "endpointSlice"): Watching {
  const ledger = new Ledger(() => new Date(0));
  const problems: string[] = [];
  const network = new ClusterNetwork({
    api,
    ledger,
    plan: addressPlan,
    claimAddress: () => Promise.resolve(),
    onProblem: (message) => problems.push(message),
    nodeAddresses: [],
    resolverAddresses: [],
  });
  const isService = kind === "service";
  return {
    run: (signal) => network.run(signal),
    // A load balancer is made for it, beside the others.
    sawLast: () =>
      isService
        ? ledger.find("n/last") !== undefined
        : problems.every((message) => !message.includes("n/last cannot be read")),
    // A Service without pods has this one.
    last: isService ? { ...last, spec: { type: "LoadBalancer" } } : { ...last, endpoints: null, ports: null },
  };
}

function recorderOn(api: FakeApi): Watching {
  const recorder = new EventRecorder(api);
  return {
    run: (signal) => recorder.run(signal),
    sawLast: () => recorder.warningsIn("last").length === 1,
    last: { ...last, type: "Warning", message: "m", involvedObject: { namespace: "last" } },
  };
}

function releaseOn(api: FakeApi): Watching {
  let found = false;
  return {
    run: async (signal) => {
      // Other releases come before the one that is waited for.
      await untilRelease(api as never, ({ name: release }) => release === "last", signal);
      found = true;
    },
    sawLast: () => found,
    last: { ...last, metadata: { ...last.metadata, labels: { owner: "helm", name: "last" } } },
  };
}

const watchers: readonly [Kind, (api: FakeApi) => Watching][] = [
  ["pod", kubeletOn],
  ["service", (api) => networkOn(api, "service")],
  ["endpointSlice", (api) => networkOn(api, "endpointSlice")],
  ["event", recorderOn],
  ["secret", releaseOn],
];

describe("whatever an API server may send", () => {
  test.each(watchers)("a watcher of objects of the kind %s goes on", async (kind, watching) => {
    const { path } = kinds[kind];
    await fc.assert(
      fc.asyncProperty(told(kind), async (events) => {
        const api = new FakeApi();
        api.onChange = ({ path: changed }) => {
          if (changed.includes("/b/")) throw new Error("refused");
        };
        const stopping = new AbortController();
        const watcher = watching(api);
        const ended = watcher.run(stopping.signal);
        for (const { type, object } of events) await api.tell(path, type, object);
        await api.tell(path, "ADDED", watcher.last);
        await expect.poll(watcher.sawLast, { interval: 1 }).toBe(true);
        stopping.abort();
        await ended;
        await watcher.settled?.();
      }),
      { numRuns: 150 },
    );
  });

  test.each(Object.entries(kinds))(
    "of random objects of the kind %s some can be read",
    (_, { read, random }) => {
      const objects = fc.sample(random, { numRuns: 300, seed: 1 });
      const readable = objects.filter((object) => read.safeParse(parseJson(JSON.stringify(object))).success);
      expect(readable.length).toBeGreaterThan(100);
      expect(readable.length).toBeLessThan(objects.length);
    },
  );
});
