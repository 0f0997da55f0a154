import { describe, expect, test } from "vitest";
import { evaluationConfiguration } from "../../../rehearsal/terraform/evaluate";

const read = new Map([["data.kubernetes_service_v1.ingress", { status: [{ hostname: "lb.example.test" }] }]]);
const locals = {
  address: "${try(data.kubernetes_service_v1.ingress.status[0].hostname, local.none)}",
  none: "",
  other: "${data.aws_eks_cluster.cluster.id}",
};

describe("the configuration that evaluates templates", () => {
  const { configuration } = evaluationConfiguration({
    locals,
    read,
    templates: {
      url: { value: "https://${local.address}:30011/healthz" },
      all: { value: { ingress: { hosts: ["${data.kubernetes_service_v1.ingress.id}"], raw: "$${kept}" } } },
      secret: { value: "x", sensitive: true },
    },
  });

  test("has what was read as a local in place of each reference", () => {
    expect(configuration.locals["address"]).toBe(
      '${try(local.values-that-were-read["data.kubernetes_service_v1.ingress"].status[0].hostname, local.none)}',
    );
    expect(configuration.output["all"]?.value).toEqual({
      ingress: {
        hosts: ['${local.values-that-were-read["data.kubernetes_service_v1.ingress"].id}'],
        raw: "$${kept}",
      },
    });
  });

  test("has the locals that are needed, through others, and no more", () => {
    expect(Object.keys(configuration.locals).sort()).toEqual(["address", "none", "values-that-were-read"]);
  });

  test("keeps a sensitive output so, and no other", () => {
    expect(configuration.output["secret"]).toEqual({ value: "x", sensitive: true });
    expect(configuration.output["url"]).not.toHaveProperty("sensitive");
  });
});

test("self stands for the block whose condition it is", () => {
  const { configuration } = evaluationConfiguration({
    locals: {},
    read,
    self: "data.kubernetes_service_v1.ingress",
    templates: { ok: { value: '${length(self.status) > 0 && "self.x" != myself.y}' } },
  });
  expect(configuration.output["ok"]?.value).toBe(
    '${length(local.values-that-were-read["data.kubernetes_service_v1.ingress"].status) > 0 && "self.x" != myself.y}',
  );
});
