import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readMeshOutputs } from "../../../contract/outputs";
import { nodesAttributes } from "../../../rehearsal/deploy/without-providers/data/nodes";
import { serviceAttributes } from "../../../rehearsal/deploy/without-providers/data/service";
import { ConditionError, KnownValues } from "../../../rehearsal/deploy/without-providers/known-values";
import { run } from "../../../rehearsal/namespace/run-command";
import type { DataBlock, Stack } from "../../../rehearsal/stack/block";
import { readStack } from "../../../rehearsal/stack/read-stack";
import { Evaluator } from "../../../rehearsal/terraform/evaluate";

const hasTerraform = spawnSync("terraform", ["version"]).status === 0;
const outdir = mkdtempSync(join(tmpdir(), "istio-cdktf-outputs-"));
afterAll(() => rmSync(outdir, { recursive: true, force: true }));

const issued = { status: { ca: Buffer.from("PEM").toString("base64") } };
const lookUps: Readonly<Record<string, unknown>> = {
  kubernetes_nodes: nodesAttributes([
    {
      metadata: { name: "node-1" },
      status: {
        addresses: [
          { type: "Hostname", address: "node-1" },
          { type: "InternalIP", address: "192.0.2.1" },
        ],
      },
    },
  ]),
  kubernetes_service_v1: serviceAttributes(
    { metadata: { name: "ingress" }, status: { loadBalancer: { ingress: [{ ip: "192.0.2.7" }] } } },
    {},
  ),
  kubernetes_resources: { objects: [issued] },
};

/** The stack's own expressions, evaluated from what its look-ups would have read. */
function knownValues(stack: Stack): KnownValues {
  const known = new KnownValues(stack, new Evaluator("terraform", run, process.env));
  for (const block of stack.blocks) {
    if (block.kind === "data") known.remember(block.address, lookUps[block.type]);
  }
  return known;
}

describe.skipIf(!hasTerraform)("Terraform's core, without a provider", () => {
  let stackOf: (environment: string) => Stack;
  beforeAll(() => {
    execFileSync(process.execPath, ["run.mjs", "main.ts", "local", "azure-prod"], {
      cwd: __PROJECT_ROOT__,
      env: { ...process.env, CDKTF_OUTDIR: outdir },
      stdio: "pipe",
    });
    stackOf = (environment) => readStack(join(outdir, "stacks", `${environment}-mesh`));
  });
  const valuesOf = async (environment: string) => {
    const outputs = await knownValues(stackOf(environment)).outputs();
    return Object.fromEntries(Object.entries(outputs).map(([name, { value }]) => [name, value]));
  };

  test("evaluates the outputs of a gateway on node ports", async () => {
    expect(await valuesOf("local")).toMatchObject({
      gateway_address: "192.0.2.1",
      gateway_http_port: "30010",
      gateway_ca: "PEM",
      healthz_url: "https://192.0.2.1:30011/healthz",
      gateways: { ingress: { gateway_address: "192.0.2.1" } },
    });
  });

  test("evaluates the outputs of a gateway behind a load balancer", async () => {
    expect(await valuesOf("azure-prod")).toMatchObject({
      gateway_address: "192.0.2.7",
      gateway_ip: "192.0.2.7",
      gateway_hostname: "",
      healthz_url: "https://192.0.2.7/healthz",
    });
  });

  test("evaluates to outputs that the contract reads without a note", async () => {
    const values = await valuesOf("local");
    expect(readMeshOutputs(values)).toMatchObject({ kind: "read", notes: [], unreadableChecks: [] });
    expect(readMeshOutputs({ ...values, healthz_url: "none" }).kind).toBe("invalid");
  });

  test("checks conditions of look-ups, and fills their messages in", async () => {
    const stack = stackOf("local");
    const guard = stack.blocks.find(
      (block): block is DataBlock =>
        block.kind === "data" && block.arguments["label_selector"] === "app=istiod",
    );
    if (guard === undefined) throw new Error("nothing looks at istiod");
    const known = knownValues(stack);
    const labels = (version: string) => ({
      metadata: { labels: { "istio-cdktf.dev/environment": "local", "app.kubernetes.io/version": version } },
    });
    known.remember(guard.address, { objects: [labels("1.31.0")] });
    await known.check(guard.address, guard.postconditions);
    known.remember(guard.address, { objects: [labels("1.25.4")] });
    const refused = known.check(guard.address, guard.postconditions);
    await expect(refused).rejects.toThrow(ConditionError);
    await expect(refused).rejects.toThrow(/^The cluster runs Istio 1\.25\.4\./);
  });
});
