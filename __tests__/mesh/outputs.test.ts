import { expect, test } from "vitest";
import { existing } from "../support/environments/environment-files";
import { synthesizeMesh } from "../support/stacks/synthesize-mesh";

const ofGateway = [
  "gateway_address",
  "gateway_ca",
  "gateway_hostname",
  "gateway_http_port",
  "gateway_https_port",
  "gateway_ip",
  "gateway_service",
  "gateway_status_port",
  "healthz_host",
  "healthz_url",
];
const all = [
  ...ofGateway,
  "cluster_name",
  "contract_version",
  "gateways",
  "istio_revision",
  "istio_version",
  "release_namespaces",
].sort();

const mesh = synthesizeMesh(`${existing}gateways:
  - { name: ingress, exposure: { kind: clusterip } }
  - { name: partner, exposure: { kind: nodeport, nodeAddress: 192.0.2.7 } }
`);

test("a stack with gateways has the outputs of the contract, by exactly these names", () => {
  expect(Object.keys(mesh.json.output).sort()).toEqual(all);
});

test("a stack without gateways has the same", () => {
  expect(Object.keys(synthesizeMesh(existing).json.output).sort()).toEqual(all);
});

test("each gateway is described in the same words", () => {
  const { gateways } = mesh.outputs;
  expect(Object.keys(gateways)).toEqual(["ingress", "partner"]);
  for (const gateway of Object.values<object>(gateways))
    expect(Object.keys(gateway).sort()).toEqual(ofGateway);
  expect(gateways.partner).toMatchObject({ gateway_address: "192.0.2.7", gateway_http_port: "30010" });
});

test("the first ingress gateway is the one that the plain names describe", () => {
  const { gateways, ...plain } = mesh.outputs;
  expect(plain).toMatchObject(gateways.ingress);
  expect(plain).not.toMatchObject(gateways.partner);
});

test("no output is null: Terraform would drop it", () => {
  const nulls = (of: unknown): boolean => JSON.stringify(of).includes("null");
  expect(nulls(mesh.outputs)).toBe(false);
  expect(nulls({ ...mesh.outputs, gateway_ip: null })).toBe(true);
});

test("the outputs tell in which namespaces releases lie, those of applications among them", () => {
  expect(mesh.json.output["release_namespaces"]?.value).toEqual([
    "cert-manager",
    "istio-ingress",
    "istio-partner",
    "istio-system",
    "mesh-health",
  ]);
});
