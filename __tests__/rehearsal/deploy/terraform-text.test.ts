import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { readTerraformLog } from "../../../rehearsal/deploy/terraform";
import { TerraformDeployment } from "../../../rehearsal/deploy/terraform-deployment";

const folder = mkdtempSync(join(tmpdir(), "istio-cdktf-remote-"));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const opening = `Running apply in HCP Terraform. Output will stream here. Pressing Ctrl-C
will cancel the remote apply if it's still pending.

Preparing the remote apply...

Waiting for the plan to start...

Terraform v1.11.4
on linux_amd64
Initializing plugins and modules...
`;

const applied = `${opening}
Terraform will perform the following actions:

  # kubernetes_namespace_v1.istio-system_1A2B3C4D will be created

\u001b[1mPlan:\u001b[0m 2 to add, 0 to change, 0 to destroy.
kubernetes_namespace_v1.istio-system_1A2B3C4D: Creating...
\u001b[0m\u001b[1mkubernetes_namespace_v1.istio-system_1A2B3C4D: Creation complete after 0s [id=istio-system]\u001b[0m
helm_release.control-plane_base_5E6F7A8B: Still creating... [1m0s elapsed]
helm_release.control-plane_base_5E6F7A8B: Creation complete after 1m12s [id=istio-base]

Apply complete! Resources: 2 added, 0 changed, 0 destroyed.

Outputs:

healthz_url = "http://192.0.2.1/healthz"
`;

const failed = `${opening}
Plan: 2 to add, 0 to change, 0 to destroy.
helm_release.control-plane_base_5E6F7A8B: Creating...
╷
│ \u001b[31mError: \u001b[0minstallation failed
│ 
│   with helm_release.control-plane_base_5E6F7A8B,
│   on cdk.tf.json line 120, in resource.helm_release.control-plane_base_5E6F7A8B:
│  120:       },
│ 
│ context deadline
│ exceeded
╵
Operation failed: failed running terraform apply (exit 1)
`;

const unframed = `${opening}
Error: Kubernetes cluster unreachable

  with helm_release.istiod,
  on cdk.tf.json line 9, in resource.helm_release.istiod:
   9: }

the server has asked for the client to provide credentials

Error: organization "acme" at host app.terraform.io not found

Operation failed: failed running terraform plan (exit 1)
`;

const resultOf = (exitCode: number, text: string) => readTerraformLog(exitCode, text);

describe("a run that HCP Terraform executes prints text, and from it come", () => {
  test("what was made, and how long each took", () => {
    const { changes, resources, errors } = resultOf(0, applied);
    expect(changes).toEqual({ add: 2, change: 0, remove: 0 });
    expect(resources).toEqual([
      { address: "kubernetes_namespace_v1.istio-system_1A2B3C4D", seconds: 0 },
      { address: "helm_release.control-plane_base_5E6F7A8B", seconds: 72 },
    ]);
    expect(errors).toEqual([]);
  });

  test("an error in a frame, with the resource that it is about", () => {
    expect(resultOf(1, failed)).toMatchObject({
      errors: ["helm_release.control-plane_base_5E6F7A8B: installation failed: context deadline exceeded"],
      failed: ["helm_release.control-plane_base_5E6F7A8B"],
    });
  });

  test("errors without a frame", () => {
    expect(resultOf(1, unframed)).toMatchObject({
      errors: [
        "helm_release.istiod: Kubernetes cluster unreachable: the server has asked for the client to provide credentials",
        'organization "acme" at host app.terraform.io not found',
      ],
      failed: ["helm_release.istiod"],
    });
  });

  test("what a destroy removed, and that a plan changes nothing", () => {
    const destroyed = `${opening}\nPlan: 0 to add, 0 to change, 13 to destroy.\nhelm_release.a: Destruction complete after 3s\n\nDestroy complete! Resources: 13 destroyed.\n`;
    expect(resultOf(0, destroyed).changes).toEqual({ add: 0, change: 0, remove: 13 });
    expect(
      resultOf(0, `${opening}\nNo changes. Your infrastructure matches the configuration.\n`).changes,
    ).toEqual({
      add: 0,
      change: 0,
      remove: 0,
    });
  });
});

test("a failed run that names no error shows the end of what it printed", () => {
  const panic = `${JSON.stringify({ "@level": "info", "@message": "Terraform 1.11.4" })}\npanic: runtime error\n\ngoroutine 1 [running]:\n`;
  expect(resultOf(2, panic).errors).toEqual(["panic: runtime error", "goroutine 1 [running]:"]);
  expect(resultOf(0, panic).errors).toEqual([]);
});

test("a deployment by remote runs counts and explains as one by local runs does", async () => {
  const printing = (status: number, text: string) => {
    writeFileSync(join(folder, "text"), text);
    const terraform = join(folder, "terraform");
    writeFileSync(terraform, `#!/bin/sh\ncat '${join(folder, "text")}'\nexit ${status}\n`, { mode: 0o755 });
    const environment = { PATH: process.env["PATH"] };
    return new TerraformDeployment({ terraform, stackFolder: folder, logs: folder, environment });
  };
  const { signal } = new AbortController();
  expect((await printing(0, applied).apply(signal)).detail).toBe(
    "2 resources; slowest: control-plane_base 72 s, istio-system 0 s",
  );
  await expect(printing(1, failed).apply(signal)).rejects.toThrow(
    "terraform apply: helm_release.control-plane_base_5E6F7A8B: installation failed: context deadline exceeded",
  );
});
