import { expect, test } from "vitest";
import type { Environment } from "../../config/environment";
import { formatMeshRequests } from "../../composition/requests";
import { composeMesh } from "../../features/compose-mesh";
import { existing, parse } from "../support/environments/environment-files";

function environment(more: string): Environment {
  const result = parse(`${existing}${more}`);
  if ("problems" in result) throw new Error(JSON.stringify(result.problems));
  return result.environment;
}

const requestsOf = (one: Environment) => composeMesh(one).requests;

const ingress = "gateways: [{ name: ingress, exposure: { kind: nodeport } }]\n";

test("a small mesh with a gateway requests a third of a CPU", () => {
  const small = environment(`  size: small\n${ingress}`);
  expect(requestsOf(small)).toMatchObject({
    components: [
      { name: "istiod", pods: 1, cpuMillicores: 100, memoryMiB: 256 },
      { name: "istio-ingress", pods: 1, cpuMillicores: 100, memoryMiB: 128 },
      { name: "healthz", pods: 1, cpuMillicores: 110, memoryMiB: 160 },
    ],
    cpuMillicores: 310,
    memoryMiB: 544,
    perNode: { cpuMillicores: 100, memoryMiB: 100 },
    perSidecar: { cpuMillicores: 100, memoryMiB: 128 },
  });
});

test("a production mesh counts its fewest pods", () => {
  const { components } = requestsOf(environment(ingress));
  expect(components.filter(({ name }) => name.startsWith("cert-manager")).map(({ pods }) => pods)).toEqual([
    2, 3, 2,
  ]);
  expect(requestsOf(environment(ingress))).toMatchObject({ cpuMillicores: 1695, memoryMiB: 5632 });
});

test("what the file asks for is what is counted", () => {
  const mesh = environment(`  istiod: { replicas: { min: 3, max: 3 }, resources: { requests: { cpu: "1" } } }
  proxyResources: { requests: { memory: 1Gi } }
  cni: { enabled: false }
certManager: { management: none }
`);
  expect(requestsOf(mesh)).toEqual({
    components: [{ name: "istiod", pods: 3, cpuMillicores: 3000, memoryMiB: 6144 }],
    cpuMillicores: 3000,
    memoryMiB: 6144,
    perNode: { cpuMillicores: 0, memoryMiB: 0 },
    perSidecar: { cpuMillicores: 100, memoryMiB: 1024 },
  });
});

test("an adopted mesh requests nothing new, its gateways do", () => {
  const adopted = environment(`  management: adopt\n  size: small\n${ingress}`);
  expect(requestsOf(adopted).components.map(({ name }) => name)).toEqual(["istio-ingress", "healthz"]);
  expect(requestsOf(adopted).perNode.cpuMillicores).toBe(0);
});

test("one line says it to whoever sizes the nodes", () => {
  expect(formatMeshRequests(requestsOf(environment(`  size: small\n${ingress}`)))).toBe(
    "the mesh requests 310m CPU and 544Mi memory (1 istiod, 1 istio-ingress, 1 healthz), 100m CPU and 100Mi memory on each node, 100m CPU and 128Mi memory with each sidecar",
  );
  expect(
    formatMeshRequests(requestsOf(environment("  management: adopt\ncertManager: { management: none }\n"))),
  ).toContain("requests 0m CPU and 0Mi memory, ");
});
