import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { istioOperatorOf } from "../../bench/istio-operator";
import type { Block, Stack } from "../../rehearsal/stack/block";
import { readStack } from "../../rehearsal/stack/read-stack";
import { inTemporaryFolder, synthesizeMeshTo } from "../support/stacks/synthesize-mesh";

const text = readFileSync(join(__PROJECT_ROOT__, "bench", "mesh-only.yaml"), "utf8");
const stack = inTemporaryFolder((folder) => readStack(synthesizeMeshTo(folder, text, { name: "mesh-only" })));
const { manifest, namespaces, addresses } = istioOperatorOf(stack);

function changed(change: (block: Block) => readonly Block[]): Stack {
  return { ...stack, blocks: stack.blocks.flatMap(change) };
}

test("istioctl is to install what the stack installs, where the stack installs it", () => {
  expect(namespaces).toEqual(["istio-system", "istio-ingress"]);
  expect(addresses.map((address) => address.replace(/_release_.*$/, ""))).toEqual([
    "helm_release.control-plane_base",
    "helm_release.control-plane_istiod",
    "helm_release.control-plane_cni",
    "helm_release.gateway-ingress_gateway",
  ]);
  expect(manifest).toMatchObject({
    metadata: { namespace: "istio-system" },
    spec: {
      components: {
        base: { enabled: true },
        pilot: { enabled: true },
        cni: { enabled: true, namespace: "istio-system" },
        ingressGateways: [
          { name: "istio-ingress", namespace: "istio-ingress", enabled: true, label: { istio: "ingress" } },
        ],
      },
    },
  });
});

test("with the stack's own values", () => {
  expect(manifest).toMatchObject({
    spec: {
      unvalidatedValues: {
        global: { istioNamespace: "istio-system", hub: "docker.io/istio" },
        base: { validationFailurePolicy: "Fail" },
        meshConfig: { ingressControllerMode: "OFF", accessLogEncoding: "JSON" },
        pilot: { autoscaleEnabled: false, replicaCount: 1, cni: { enabled: true } },
        cni: { repair: { repairPods: true } },
        gateways: {
          "istio-ingressgateway": {
            type: "NodePort",
            autoscaleEnabled: false,
            replicaCount: 1,
            ports: [
              { port: 15021, nodePort: 30012 },
              { port: 80, nodePort: 30010 },
            ],
          },
        },
      },
    },
  });
});

test("a chart in a folder beside the stack is known by its archive's name", () => {
  const packaged = changed((block) => {
    if (block.kind !== "release" || block.chart.kind !== "repository") return [block];
    const path = `/stack/assets/chart-${block.chart.chart}/1A2B/${block.chart.chart}-1.31.1.tgz`;
    return [{ ...block, chart: { kind: "asset", path } }];
  });
  expect(istioOperatorOf(packaged).manifest).toEqual(manifest);
});

test("with a gateway whose pods take as long to stop", () => {
  const patched = (path: string, value: unknown) => ({ path: `spec.template.spec.${path}`, value });
  expect(manifest).toMatchObject({
    spec: {
      components: {
        ingressGateways: [
          {
            k8s: {
              podAnnotations: { "proxy.istio.io/config": "terminationDrainDuration: 10s\n" },
              overlays: [
                {
                  kind: "Deployment",
                  name: "istio-ingress",
                  patches: [
                    patched("terminationGracePeriodSeconds", 20),
                    patched("containers.[name:istio-proxy].lifecycle", {
                      preStop: { sleep: { seconds: 5 } },
                    }),
                  ],
                },
              ],
            },
          },
        ],
      },
    },
  });
});

test("a stack that lacks a component, or has a second gateway, is not comparable", () => {
  const isGateway = (block: Block) => block.address.includes("ingress_gateway");
  expect(() => istioOperatorOf(changed((block) => (isGateway(block) ? [] : [block])))).toThrow(
    "mesh-only-mesh has no releases of chart gateway",
  );
  expect(() => istioOperatorOf(changed((block) => (isGateway(block) ? [block, block] : [block])))).toThrow(
    "mesh-only-mesh has several releases of chart gateway",
  );
});
