import { expect, test } from "vitest";
import { gateway } from "../../config/gateway/gateway";
import { mesh } from "../../config/mesh/mesh";
import { gatewayReplicas, istiodReplicas, istiodResources } from "../../config/mesh/size-defaults";

const small = mesh.parse({ istioVersion: "1.31.4", size: "small" });
const production = mesh.parse({ istioVersion: "1.31.4" });
const ingress = gateway.parse({ name: "ingress", exposure: { kind: "clusterip" } });

test("a small mesh runs one of everything, a production mesh two or more", () => {
  expect(istiodReplicas(small)).toEqual({ min: 1, max: 1 });
  expect(istiodReplicas(production)).toEqual({ min: 2, max: 5 });
  expect(gatewayReplicas(small, ingress)).toEqual({ min: 1, max: 1 });
  expect(gatewayReplicas(production, ingress)).toEqual({ min: 2, max: 5 });
});

test("replicas in the file win over the size", () => {
  const replicas = { min: 3, max: 9 };
  expect(istiodReplicas({ ...small, istiod: { ...small.istiod, replicas } })).toEqual(replicas);
  expect(gatewayReplicas(small, { ...ingress, replicas })).toEqual(replicas);
});

test("a request that the file leaves out comes from the size", () => {
  expect(istiodResources(production)).toEqual({ requests: { cpu: "500m", memory: "2048Mi" } });
  const istiod = { ...small.istiod, resources: { requests: { cpu: "1" }, limits: { memory: "1Gi" } } };
  expect(istiodResources({ ...small, istiod })).toEqual({
    requests: { cpu: "1", memory: "256Mi" },
    limits: { memory: "1Gi" },
  });
});
