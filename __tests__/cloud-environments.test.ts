import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { azureProd } from "./support/stacks/aks-cluster-stack";
import { synthMeshStack } from "./support/stacks/aks-mesh-stack";
import { awsProd } from "./support/stacks/eks-stacks";

interface EnvironmentFile extends Record<string, unknown> {
  readonly target: { readonly kind: string };
  readonly gateways: readonly { readonly exposure: { readonly kind: string } }[];
}

function file(name: string): EnvironmentFile {
  return parse(readFileSync(join(__PROJECT_ROOT__, `environments/${name}.yaml`), "utf8")) as EnvironmentFile;
}

function without(block: object, key: string): object {
  return Object.fromEntries(Object.entries(block).filter(([name]) => name !== key));
}

/** What is left of a file without target and exposures. */
function beside(environment: EnvironmentFile): object {
  return {
    ...without(environment, "target"),
    gateways: environment.gateways.map((gateway) => without(gateway, "exposure")),
  };
}

interface Release {
  readonly name: string;
  readonly version: string;
  readonly chart: string;
  readonly timeout: number;
  readonly values: Record<string, unknown>;
}

/** Releases by name, with the environment's own name out of the way. */
function releases(environment: Parameters<typeof synthMeshStack>[0]): Map<string, Release> {
  const stack = synthMeshStack(environment);
  return new Map(
    Object.values(stack.resource["helm_release"] ?? {}).map((block) => {
      const { name, version, chart, timeout, values } = JSON.parse(
        JSON.stringify(block).replaceAll(environment.name, "<environment>"),
      );
      return [
        name,
        { name, version, chart, timeout, values: parse((values as string[]).join("\n")) },
      ] as const;
    }),
  );
}

const aws = releases(awsProd());
const azure = releases(azureProd());

/** Keys that a cloud needs, by release. */
const cloudKeys: Readonly<Record<string, readonly string[]>> = {
  // AKS rewrites webhooks unless told not to.
  istiod: ["sidecarInjectorWebhookAnnotations"],
  // The Service is the exposure, and each load balancer takes its time to let a pod go.
  "istio-ingress": ["service", "podAnnotations", "lifecycle", "terminationGracePeriodSeconds"],
};

function withoutCloudKeys({ name, values, timeout, ...release }: Release): object {
  const keys = cloudKeys[name] ?? [];
  return {
    ...release,
    // A load balancer that must find a pod healthy first takes longer than one that need not.
    ...(keys.includes("service") ? {} : { timeout }),
    values: Object.fromEntries(Object.entries(values).filter(([key]) => !keys.includes(key))),
  };
}

test("aws-prod and azure-prod differ in target and exposure, and in nothing else", () => {
  expect(beside(file("aws-prod"))).toEqual(beside(file("azure-prod")));
  expect(file("aws-prod").target.kind).not.toBe(file("azure-prod").target.kind);
  expect(beside(file("aws-prod"))).not.toEqual(beside(file("kvm-lab")));
});

describe("the mesh on both clouds", () => {
  test("is the same releases, but for the controllers that EKS lacks", () => {
    const onlyOnAws = [...aws.keys()].filter((name) => !azure.has(name));
    expect(new Set(onlyOnAws)).toEqual(
      new Set(["aws-load-balancer-controller", "aws-load-balancer-controller-crds", "cluster-autoscaler"]),
    );
    expect([...azure.keys()].filter((name) => !aws.has(name))).toEqual([]);
  });

  test.each([...azure.keys()])("release %s has the same chart and the same values", (name) => {
    const [onAws, onAzure] = [aws.get(name), azure.get(name)];
    if (onAws === undefined || onAzure === undefined) throw new Error(`${name} is missing on a cloud`);
    expect(withoutCloudKeys(onAzure)).toEqual(withoutCloudKeys(onAws));
  });

  test.each(Object.entries(cloudKeys))("release %s does differ in %j", (name, keys) => {
    for (const key of keys) expect(azure.get(name)?.values[key]).not.toEqual(aws.get(name)?.values[key]);
  });

  test("serves the same ports", () => {
    const portsOf = (all: Map<string, Release>) =>
      (all.get("istio-ingress")?.values["service"] as { ports: { name: string; port: number }[] }).ports
        .map(({ name, port }) => ({ name, port }))
        // Azure probes nodes, so that the Service needs this port for the load balancer alone.
        .filter(({ name }) => name !== "status-port");
    expect(portsOf(azure)).toEqual(portsOf(aws));
    expect(portsOf(azure).length).toBeGreaterThan(1);
  });
});
