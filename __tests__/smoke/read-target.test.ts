import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { findMeshOutputs } from "../../smoke/outputs/output-values";
import { readTarget, type TargetSource } from "../../smoke/outputs/read-target";
import { asTerraformOutput, meshOutputs } from "../support/smoke/mesh-outputs";

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

test("a host may be an IP address, and a name in any script", async () => {
  expect((await read({ url: "http://a", host: "2001:db8::1" })).host).toBe("2001:db8::1");
  expect((await read({ url: "http://a", host: "bücher.example" })).host).toBe("xn--bcher-kva.example");
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
    /output 'gateway_ip' of .* is \["10.0.0.1"\]; expected: a host name or address/,
  ],
  [
    "no URL",
    () => readOutputs({ ...meshOutputs, healthz_url: "gateway" }),
    /is "gateway"; expected: a URL with http or https/,
  ],
  ["--url that is none", () => read({ url: "gateway" }), /--url is "gateway", which is no URL/],
  [
    "--url with a password",
    () => read({ url: "http://a:s3cret@b/" }),
    /^(?!.*s3cret).*remove it from the URL/,
  ],
  ["port 0", () => read({ url: "http://a:0/" }), /port 0; ports go from 1 to 65535/],
  ["an empty --host", () => read({ url: "http://a", host: "" }), /--host is ""; a DNS name or an IP address/],
  ["--host with a line break", () => read({ url: "http://a", host: "a\r\nx: y" }), /--host is "a\\r\\nx: y"/],
  ["--host with a port", () => read({ url: "http://a", host: "a.test:80" }), /without scheme, port and path/],
  [
    "--host as a URL",
    () => read({ url: "http://a", host: "https://a.test" }),
    /without scheme, port and path/,
  ],
  [
    "a port of 0",
    () => readOutputs({ ...meshOutputs, gateway_http_port: "0" }),
    /expected: a port from 1 to 65535/,
  ],
  [
    "a port of 65536",
    () => readOutputs({ ...meshOutputs, gateway_status_port: "65536" }),
    /'gateway_status_port' of .* is "65536"/,
  ],
  [
    "a host with a line break",
    () => readOutputs({ ...meshOutputs, healthz_host: "a\nb" }),
    /'healthz_host' of .* is "a\\nb"/,
  ],
  [
    "a host with a port",
    () => readOutputs({ ...meshOutputs, healthz_host: "a.test:80" }),
    /without scheme, port and path/,
  ],
  [
    "outputs of a newer contract",
    () => readOutputs({ ...meshOutputs, contract_version: "2.0" }),
    /contract_version 2\.0; this program reads 1\.x: use the checkout that deployed/,
  ],
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
