import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { finalValues, placeholder } from "../../../rehearsal/render/final-values";
import type { ReleaseBlock } from "../../../rehearsal/stack/block";
import { parseStack } from "../../../rehearsal/stack/read-stack";
import type { Evaluation } from "../../../rehearsal/terraform/evaluate";

function stackWith(...values: string[]) {
  const stack = parseStack(
    {
      data: { aws_eks_cluster: { cluster: {} }, helm_template: { chart: {} } },
      resource: { helm_release: { a: { name: "controller", chart: "assets/a", version: "1.0.0", values } } },
    },
    "/project/stacks/prod-mesh",
  );
  const release = stack.blocks.find((block): block is ReleaseBlock => block.kind === "release");
  if (release === undefined) throw new Error("no release");
  return { stack, release };
}
const lookUp = () => Promise.resolve(undefined);

describe("values of a release", () => {
  test("are the stack's texts, unescaped", async () => {
    const { stack, release } = stackWith("a: $${HOME}\n", "b: 1\n");
    expect(await finalValues(release, stack, { lookUp })).toEqual({
      texts: ["a: ${HOME}\n", "b: 1\n"],
      unresolved: [],
    });
  });

  test("have readable placeholders, YAML as before, where only an apply knows, and list them", async () => {
    const { stack, release } = stackWith(
      'vpcId: ${data.aws_eks_cluster.cluster.vpc_config[0].vpc_id}\nquoted: "${data.aws_eks_cluster.cluster.tags["a"]}"\n',
    );
    const { texts, unresolved } = await finalValues(release, stack, { lookUp });
    expect(parse(texts[0] ?? "")).toEqual({
      vpcId: "known-after-apply(data.aws_eks_cluster.cluster.vpc_config[0].vpc_id)",
      quoted: "known-after-apply(data.aws_eks_cluster.cluster.tags[a])",
    });
    expect(unresolved).toEqual([
      { release: "controller", expression: "data.aws_eks_cluster.cluster.vpc_config[0].vpc_id" },
      { release: "controller", expression: 'data.aws_eks_cluster.cluster.tags["a"]' },
    ]);
  });

  const computed =
    "${yamlencode({crds = data.helm_template.chart.crds, id = data.aws_eks_cluster.cluster.id})}";

  test("that Terraform computes are computed, from what needs no cluster and from placeholders", async () => {
    const { stack, release } = stackWith(computed);
    const asked: Evaluation[] = [];
    const { texts, unresolved } = await finalValues(release, stack, {
      lookUp: ({ type }) => Promise.resolve(type === "helm_template" ? { crds: ["a"] } : undefined),
      evaluate: (evaluation) => {
        asked.push(evaluation);
        return Promise.resolve({ values: { sensitive: false, type: "string", value: "crds: [a]\n" } });
      },
    });
    expect(texts).toEqual(["crds: [a]\n"]);
    expect(asked[0]?.read.get("data.helm_template.chart")).toEqual({ crds: ["a"] });
    expect(asked[0]?.templates["values"]?.value).toBe(
      `\${yamlencode({crds = data.helm_template.chart.crds, id = "${placeholder("data.aws_eks_cluster.cluster.id")}"})}`,
    );
    expect(unresolved.map(({ expression }) => expression)).toEqual(["data.aws_eks_cluster.cluster.id"]);
  });

  test.each([
    ["there is no Terraform", {}],
    ["a placeholder does not do", { evaluate: () => Promise.reject(new Error("not a list")) }],
  ])("that Terraform computes are one placeholder where %s", async (_, evaluator) => {
    const { stack, release } = stackWith(computed);
    const { texts, unresolved } = await finalValues(release, stack, { lookUp, ...evaluator });
    expect(texts[0]).toMatch(/^known-after-apply\(yamlencode/);
    expect(unresolved).toHaveLength(1);
  });
});
