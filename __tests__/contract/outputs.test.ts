import { expect, test } from "vitest";
import { contractVersion, meshOutputs, noGateway, readMeshOutputs } from "../../contract/outputs";

const gateway = {
  ...noGateway,
  gateway_address: "192.0.2.1",
  gateway_http_port: "80",
  healthz_url: "http://192.0.2.1/healthz",
};
const check = { name: "home", request: { path: "/" }, expect: { status: 200 } };
const written = {
  contract_version: contractVersion,
  ...gateway,
  gateways: { ingress: gateway },
  checks: [check],
  cluster_name: "lab",
  istio_version: "1.31.1",
  istio_revision: "default",
};

test("what a stack writes is read without notes", () => {
  const reading = readMeshOutputs(written);
  expect(reading).toMatchObject({ kind: "read", notes: [], unreadableChecks: [] });
  expect(reading.kind === "read" && reading.outputs).toEqual(meshOutputs.parse(written));
});

test("outputs from before the contract had a version are read with what they have, and say so", () => {
  const older = { ...written, contract_version: undefined, checks: undefined };
  const reading = readMeshOutputs(older);
  expect(reading).toMatchObject({ kind: "read", outputs: { checks: [], gateway_address: "192.0.2.1" } });
  expect(reading.kind === "read" && reading.notes.join()).toContain(
    "an older version of this project wrote them",
  );
});

test("a newer minor version is read with a note, a newer major one refused with what to do", () => {
  const minor = readMeshOutputs({ ...written, contract_version: "1.7", something_new: [1] });
  expect(minor.kind === "read" && minor.notes.join()).toContain(
    "contract_version 1.7, this program reads 1.0",
  );
  const major = readMeshOutputs({ contract_version: "2.0", something: "else" });
  expect(major).toEqual({
    kind: "too-new",
    version: "2.0",
    remedy: "this program reads 1.x: use the checkout that deployed the stack, or a newer one",
  });
});

test("a check that expects what this version does not know is kept apart with its name, never dropped", () => {
  const newer = { name: "with trailers", request: {}, expect: { status: 200, trailers: {} } };
  expect(readMeshOutputs({ ...written, checks: [check, newer, 7] })).toMatchObject({
    kind: "read",
    outputs: { checks: [{ name: "home" }] },
    unreadableChecks: [
      {
        name: "with trailers",
        why: expect.stringContaining('expect: Unrecognized key: "trailers"') as string,
      },
      { name: "checks[2]" },
    ],
  });
});

test("ports as numbers and null are read as what they mean", () => {
  const reading = readMeshOutputs({ ...written, gateway_http_port: 80, gateway_ip: null });
  expect(reading).toMatchObject({ kind: "read", outputs: { gateway_http_port: "80", gateway_ip: "" } });
});

test.each([
  ["a port of 0", { gateway_http_port: "0" }, "gateway_http_port: a port from 1 to 65535"],
  ["a port of 70000", { gateway_https_port: "70000" }, "gateway_https_port: a port from 1 to 65535"],
  [
    "a port that is no number",
    { gateway_status_port: "http" },
    "gateway_status_port: a port from 1 to 65535",
  ],
  ["a port with a fraction", { gateway_http_port: 80.5 }, "gateway_http_port: a port from 1 to 65535"],
  ["a host with a line break", { healthz_host: "a\nb" }, "healthz_host: a host name or address"],
  ["a host with a path", { gateway_hostname: "a/b" }, "gateway_hostname: a host name or address"],
  ["a URL that is none", { healthz_url: "gateway" }, "healthz_url: a URL with http or https"],
  ["a URL of another scheme", { healthz_url: "ftp://a/" }, "healthz_url: a URL with http or https"],
  ["a list where a text is meant", { gateway_address: ["a"] }, "gateway_address: a host name or address"],
  [
    "a gateway with a wrong port",
    { gateways: { partner: { gateway_http_port: "-1" } } },
    "gateways.partner.gateway_http_port: a port",
  ],
  ["a version that is none", { contract_version: "new" }, "contract_version: a version such as"],
])("%s is refused by its name", (_, wrong, message) => {
  const reading = readMeshOutputs({ ...written, ...wrong });
  const problems = reading.kind === "invalid" ? reading.problems : [];
  expect(problems.map(({ output, accepted }) => `${output}: ${accepted}`).join("\n")).toContain(message);
});
