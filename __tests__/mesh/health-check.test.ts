import { describe, expect, test } from "vitest";
import { existing } from "../support/environments/environment-files";
import type { MeshJson } from "../support/stacks/mesh-json";
import { synthesizeMesh } from "../support/stacks/synthesize-mesh";
import { evaluate, isInstalled } from "../support/terraform/terraform-program";

const withoutTerraform = isInstalled("terraform") ? undefined : "terraform is not on the PATH";
const ingress = "gateways:\n  - name: ingress\n    exposure: { kind: nodeport, nodeAddress: 192.0.2.7 }\n";
const tls = "    tls: { issuer: ca, hosts: [mesh.example.com] }\n";

function mesh(text: string, health = "{ check: true, path: /live }"): MeshJson {
  return synthesizeMesh(`${existing}${ingress}${text}health: ${health}\n`);
}

/** The only check of a stack: the request that it makes, and what it asserts. */
function check(of: MeshJson) {
  const [[name, block] = [], ...others] = Object.entries(of.json.check ?? {});
  if (name === undefined || block === undefined || others.length > 0) throw new Error("not one check");
  const request = block.data["http"]?.[name];
  return { name, request, assert: block.assert };
}

describe("a check block", () => {
  const plain = mesh("");

  test("is there where the file asks for it, and with it its provider at an exact version", () => {
    expect(plain.json.terraform["required_providers"]).toMatchObject({
      http: { source: "hashicorp/http", version: "3.6.1" },
    });
    expect(plain.json.check).toBeDefined();
    const without = mesh("", "{ path: /live }");
    expect(without.json.terraform["required_providers"]).not.toHaveProperty("http");
    expect(without.json.check).toBeUndefined();
  });

  test("is left out where there is no gateway", () => {
    expect(synthesizeMesh(`${existing}health: { check: true }\n`).json.check).toBeUndefined();
  });

  test("runs when the health workload is ready", () => {
    expect(check(plain).request?.["depends_on"]).toEqual([plain.releaseAddress("healthz")]);
  });

  test("asks a plain gateway at its address, for the host of the route", () => {
    const { request } = check(mesh("", "{ check: true, host: up.example.com }"));
    expect(request).toMatchObject({ request_headers: { Host: "up.example.com" } });
    expect(request?.["url"]).toContain("192.0.2.7");
    expect(check(plain).request).not.toHaveProperty("request_headers");
  });

  test("asks a gateway with TLS by the name in its certificate, and trusts the private CA", () => {
    const { request } = check(mesh(`${tls}certManager: { issuers: [{ kind: self-signed-ca, name: ca }] }\n`));
    expect(request).toMatchObject({ url: "https://mesh.example.com:30011/live" });
    expect(request?.["ca_cert_pem"]).toMatch(/local\.gateway-ingress-outputs-ca_pem/);
  });

  test.skipIf(withoutTerraform).for([
    ["is there", "UEVN", "PEM"],
    ["is not there yet", "", null],
  ] as const)(`trusts a private CA that %s ${withoutTerraform ?? ""}`, ([, ca, pem]) => {
    const of = mesh(`${tls}certManager: { issuers: [{ kind: self-signed-ca, name: ca }] }\n`);
    const read = evaluate<{ pem: string | null }>(
      of,
      { pem: check(of).request?.["ca_cert_pem"] },
      { kubernetes_resources: { objects: [{ status: { ca } }] } },
    );
    expect(read.pem).toBe(pem);
  });

  test("trusts the public CAs where the certificate comes from one", () => {
    const acme =
      "certManager: { issuers: [{ kind: acme, name: ca, email: a@example.com, solver: { kind: http01 } }] }\n";
    expect(check(mesh(tls + acme)).request).not.toHaveProperty("ca_cert_pem");
  });

  test.skipIf(withoutTerraform).for([
    [200, true],
    [503, false],
  ] as const)(`asserts status 200: with %i it is %s ${withoutTerraform ?? ""}`, ([status_code, holds]) => {
    const { assert } = check(plain);
    const { condition } = evaluate<{ condition: boolean }>(
      plain,
      { condition: assert[0]?.condition },
      { http: { status_code } },
    );
    expect(condition).toBe(holds);
  });
});
