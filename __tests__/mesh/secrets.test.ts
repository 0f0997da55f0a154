import { describe, expect, test } from "vitest";
import { existing } from "../support/environments/environment-files";
import type { TerraformJson } from "../support/stacks/mesh-json";
import { synthesizeMesh } from "../support/stacks/synthesize-mesh";

/** Every option that has to do with a secret. */
const mesh = synthesizeMesh(`${existing}gateways:
  - name: ingress
    exposure: { kind: clusterip }
    tls: { issuer: own, hosts: [mesh.example.com] }
certManager:
  issuers:
    - { kind: self-signed-ca, name: lab }
    - { kind: ca, name: own, secretName: corporate-ca }
    - kind: acme
      name: le
      email: a@example.com
      solver: { kind: dns01, provider: { kind: cloudflare, apiTokenSecret: { name: cf, key: token } } }
charts: { images: { registry: registry.example.com, pullSecrets: [pull] } }
`);

/** What would put a secret into the configuration, the plan or the state. */
function leaks({ resource, data, output }: TerraformJson): string[] {
  const types = [...Object.keys(resource), ...Object.keys(data ?? {})];
  const sensitive = Object.entries(output).filter(([, { sensitive }]) => sensitive === true);
  const text = JSON.stringify({ resource, data });
  return [
    ...types.filter((type) => /secret|_auth$|token/.test(type)),
    ...sensitive.map(([name]) => `output ${name}`),
    ...(text.match(/kind: Secret\b|"kind":"Secret"|BEGIN [A-Z ]*PRIVATE KEY/g) ?? []),
  ];
}

describe("no secret", () => {
  test("is in the stack, whatever is configured", () => {
    expect(leaks(mesh.json)).toEqual([]);
  });

  test("would go unseen", () => {
    const { json } = mesh;
    const secretData = { ...json, data: { ...json.data, kubernetes_secret_v1: { ca: {} } } };
    expect(leaks(secretData)).toEqual(["kubernetes_secret_v1"]);
    const clusterToken = { ...json, data: { ...json.data, aws_eks_cluster_auth: { lab: {} } } };
    expect(leaks(clusterToken)).toEqual(["aws_eks_cluster_auth"]);
    const sensitiveOutput = { ...json, output: { ...json.output, key: { value: "", sensitive: true } } };
    expect(leaks(sensitiveOutput)).toEqual(["output key"]);
    const manifest = {
      ...json,
      resource: { ...json.resource, helm_release: { x: { values: ["kind: Secret\n"] } } },
    };
    expect(leaks(manifest)).toEqual(["kind: Secret"]);
  });
});

test("the key of the gateway's certificate does not come into its pod", () => {
  const [volume] = mesh.values("istio-ingress")["volumes"];
  expect(volume.secret).toEqual({
    secretName: "istio-ingress-tls",
    items: [{ key: "tls.crt", path: "tls.crt" }],
  });
});
