import { describe, expect, test } from "vitest";
import { existing } from "../support/environments/environment-files";
import { synthesizeMesh } from "../support/stacks/synthesize-mesh";
import { evaluate, isInstalled } from "../support/terraform/terraform-program";

const withoutTerraform = isInstalled("terraform") ? undefined : "terraform is not on the PATH";

describe("values written by hand", () => {
  const mesh = synthesizeMesh(`${existing}  accessLogs: text
  istiod:
    values:
      traceSampling: 12.5
      meshConfig:
        accessLogFormat: "%{yes}[%START_TIME%] \${not_terraform} %REQ(:METHOD)%"
        defaultConfig: { holdApplicationUntilProxyStarts: true }
      env: { PILOT_FLAG: "yes", PILOT_NUMBER: "0123" }
  cni: { values: { logging: { level: debug } } }
  baseValues: { base: { excludedCRDs: [a, b] } }
gateways:
  - name: ingress
    exposure: { kind: clusterip }
    values: { labels: { team: edge } }
certManager: { values: { extraArgs: ["--v=4"] } }
`);

  test("are merged into the project's own, key by key", () => {
    expect(mesh.values("istiod")).toMatchObject({
      traceSampling: 12.5,
      autoscaleEnabled: true,
      meshConfig: {
        trustDomain: "cluster.local",
        accessLogFile: "/dev/stdout",
        defaultConfig: { holdApplicationUntilProxyStarts: true },
      },
    });
    expect(mesh.values("istio-base")["base"]).toEqual({
      validationFailurePolicy: "Fail",
      excludedCRDs: ["a", "b"],
    });
  });

  test.each([
    ["istio-cni", { logging: { level: "debug" } }],
    ["istio-ingress", { labels: { team: "edge" } }],
    ["cert-manager", { extraArgs: ["--v=4"] }],
  ])("reach the release %s", (release, values) => {
    expect(mesh.values(release)).toMatchObject(values);
  });

  test("replace lists and scalars whole, as Helm does", () => {
    const labels = synthesizeMesh(`${existing}  cni: { values: { excludeNamespaces: [kube-system] } }\n`);
    expect(labels.values("istio-cni")["excludeNamespaces"]).toEqual(["kube-system"]);
    expect(mesh.values("istio-cni")["excludeNamespaces"]).toEqual(["kube-system", "istio-system"]);
  });

  test("keep what Terraform would take for a template of its own", () => {
    const written = mesh.release("istiod")["values"] as string[];
    expect(written[0]).toContain("$${not_terraform}");
    expect(written[0]).toContain("%%{yes}");
    const format = "%{yes}[%START_TIME%] ${not_terraform} %REQ(:METHOD)%";
    expect(mesh.values("istiod")["meshConfig"].accessLogFormat).toBe(format);
  });

  test.skipIf(withoutTerraform)(`reach Helm unchanged through Terraform ${withoutTerraform ?? ""}`, () => {
    const [written] = mesh.release("istiod")["values"] as string[];
    expect(evaluate<{ values: string }>(mesh, { values: written }, {}).values).toBe(
      mesh.valuesText("istiod"),
    );
  });

  test("that look like YAML 1.1 booleans or numbers stay texts", () => {
    expect(mesh.values("istiod")["env"]).toEqual({ PILOT_FLAG: "yes", PILOT_NUMBER: "0123" });
  });
});

test("OFF, which Helm's YAML 1.1 would read as false, reaches the chart as a text", () => {
  const mesh = synthesizeMesh(existing);
  expect(mesh.valuesText("istiod")).toMatch(/ingressControllerMode: "OFF"/);
  expect(mesh.values("istiod")["meshConfig"].ingressControllerMode).toBe("OFF");
});
