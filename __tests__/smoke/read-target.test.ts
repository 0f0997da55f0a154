import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { findMeshOutputs } from "../../smoke/outputs/output-values";
import { readTarget, type TargetSource } from "../../smoke/outputs/read-target";
import { asTerraformOutput, meshOutputs } from "./mesh-outputs";

const folder = mkdtempSync(join(tmpdir(), "smoke-outputs-"));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function file(content: unknown): string {
  const path = join(folder, `${Math.random()}.json`);
  writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
  return path;
}

const read = (source: TargetSource) => readTarget(source, { projectRoot: folder, processEnvironment: {} });
const readOutputs = (content: unknown, more: TargetSource = {}) => read({ ...more, outputs: file(content) });

test("outputs of 'terraform output -json' and of 'cdktf deploy --outputs-file' give the same target", async () => {
  const flat = await readOutputs(asTerraformOutput(meshOutputs), { environment: "lab" });
  const nested = await readOutputs({ "lab-cluster": { cluster_name: "lab" }, "lab-mesh": meshOutputs });
  expect(flat.url.href).toBe("http://127.0.0.1/healthz");
  expect({ ...nested, source: "" }).toEqual({ ...flat, source: "" });
});

test("--url comes before every other source", async () => {
  const target = await readOutputs(meshOutputs, { url: "https://example.com/live", host: "app.example.com" });
  expect(target).toMatchObject({ source: "--url", host: "app.example.com" });
  expect(target.url.href).toBe("https://example.com/live");
});

test("the host of the route is the output healthz_host where there is one, else the URL's", async () => {
  expect((await readOutputs(meshOutputs)).host).toBe("127.0.0.1");
  expect((await readOutputs({ ...meshOutputs, healthz_host: "app.example.com" })).host).toBe(
    "app.example.com",
  );
});

test("an environment's name chooses among the stacks of one file", async () => {
  const document = {
    "a-mesh": meshOutputs,
    "b-mesh": { ...meshOutputs, healthz_url: "http://10.0.0.2/healthz" },
  };
  expect((await readOutputs(document, { environment: "b" })).url.hostname).toBe("10.0.0.2");
  await expect(readOutputs(document)).rejects.toThrow(
    "several mesh stacks; name the environment as well, one of a, b",
  );
  await expect(readOutputs(document, { environment: "c" })).rejects.toThrow("it has a-mesh, b-mesh");
});

test("another gateway is chosen by its name", async () => {
  const gateways = { partners: { ...meshOutputs, healthz_url: "http://10.0.0.9/healthz" } };
  const document = { ...meshOutputs, gateways };
  expect((await readOutputs(document, { gateway: "partners" })).url.hostname).toBe("10.0.0.9");
  await expect(readOutputs(document, { gateway: "x" })).rejects.toThrow(
    "has no gateway 'x'; it has partners",
  );
});

test.each([
  ["a missing file", () => read({ outputs: join(folder, "none.json") }), /there is no file .*none\.json/],
  ["a folder", () => read({ outputs: folder }), /cannot be read: EISDIR/],
  ["an empty file", () => readOutputs("  \n"), /is empty; 'cdktf deploy --outputs-file' writes it/],
  ["bad JSON", () => readOutputs("{"), /is not JSON: .*terraform output -json/],
  ["a list", () => readOutputs([]), /an object is expected/],
  ["a stack that is not deployed", () => readOutputs({}), /is not deployed yet/],
  [
    "outputs of the cluster stack",
    () => readOutputs(asTerraformOutput({ cluster_name: "x", cluster_endpoint: "y" })),
    /not of a mesh stack: it has no healthz_url, but cluster_name, cluster_endpoint/,
  ],
  [
    "a sensitive value",
    () => readOutputs(asTerraformOutput(meshOutputs, ["healthz_url"])),
    /output 'healthz_url' of .* is sensitive/,
  ],
  [
    "an environment without a gateway",
    () => readOutputs({ ...meshOutputs, healthz_url: "", gateway_service: "" }),
    /is empty: the environment has no ingress gateway/,
  ],
  [
    "an address that was not there yet",
    () => readOutputs({ ...meshOutputs, healthz_url: "", gateway_address: "" }),
    /is empty: Service istio-ingress\/istio-ingress had no address when the stack was applied/,
  ],
  [
    "a value of another type",
    () => readOutputs({ ...meshOutputs, gateway_ip: ["10.0.0.1"] }),
    /output 'gateway_ip' of .* is \["10.0.0.1"\]; a string is expected/,
  ],
  ["no URL", () => readOutputs({ ...meshOutputs, healthz_url: "gateway" }), /is "gateway", which is no URL/],
  ["another scheme", () => read({ url: "tcp://10.0.0.1" }), /scheme is not http or https/],
  ["no source", () => read({}), /name an environment, or give --outputs, --url or --hcp/],
  ["an unknown environment", () => read({ environment: "nix" }), /there is no cdktf\.out\/stacks\/nix-mesh/],
])("%s has a message of its own", async (_, attempt, message) => {
  await expect(attempt()).rejects.toThrow(message);
});

test("outputs found in memory are the ones that were put in", () => {
  expect(findMeshOutputs({ "lab-mesh": meshOutputs }, "memory", undefined)).toEqual({
    values: meshOutputs,
    stack: "lab-mesh",
  });
});
