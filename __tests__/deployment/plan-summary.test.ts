import { describe, expect, test } from "vitest";
import { summaryOf, summaryText } from "../../deployment/plan-summary";

const resource = (address: string, actions: readonly string[], more: object = {}) => ({
  address,
  mode: address.startsWith("data.") ? "data" : "managed",
  change: { actions, ...more },
  ...more,
});
const deployed = { prior_state: { values: {} } };

describe("the summary of a plan", () => {
  test("counts what it does, and names what is lost first", () => {
    const summary = summaryOf("prod-mesh", {
      ...deployed,
      resource_changes: [
        resource("helm_release.added", ["create"]),
        resource("helm_release.kept", ["no-op"]),
        resource("helm_release.changed", ["update"]),
        resource("helm_release.gone", ["delete"]),
        resource("helm_release.new_name", ["no-op"], { previous_address: "helm_release.old_name" }),
        resource("helm_release.remade", ["delete", "create"]),
        resource("helm_release.taken", ["no-op"], { importing: { id: "mesh/taken" } }),
        resource("data.aws_eks_cluster.cluster", ["read"]),
      ],
      output_changes: { gateway_ip: { actions: ["update"] }, checks: { actions: ["no-op"] } },
    });
    expect(summaryText([summary])).toBe(
      [
        "**prod-mesh**: 1 to destroy, 1 to replace, 1 to create, 1 to change, 1 to move, 1 to import, outputs: 1.",
        "",
        "- delete `helm_release.gone`",
        "- replace `helm_release.remade`",
        "- create `helm_release.added`",
        "- update `helm_release.changed`",
        "- move `helm_release.new_name`",
        "- import `helm_release.taken`",
        "",
      ].join("\n"),
    );
  });

  test("says that nothing changes where only data is read", () => {
    const summary = summaryOf("prod-mesh", {
      ...deployed,
      resource_changes: [resource("data.aws_eks_cluster.cluster", ["read"])],
    });
    expect(summaryText([summary])).toBe("**prod-mesh**: no changes.\n");
  });

  test("says so where an output changes alone", () => {
    const outputs = { gateway_ip: { actions: ["create"] }, checks: { actions: ["update"] } };
    const summary = summaryOf("prod-mesh", { ...deployed, output_changes: outputs });
    expect(summaryText([summary])).toBe("**prod-mesh**: outputs: 2.\n");
  });

  test("says which stack could not be planned, and why", () => {
    const stack = { name: "prod-mesh", isNew: true, notPlanned: "it is early", changes: [], outputs: [] };
    expect(summaryText([stack])).toBe("**prod-mesh**: not planned, for it is early.\n");
  });

  test("stays readable for a new cluster", () => {
    const resources = Array.from({ length: 80 }, (_, index) => resource(`aws_subnet.s${index}`, ["create"]));
    const lines = summaryText([summaryOf("prod-cluster", { resource_changes: resources })])
      .trim()
      .split("\n");
    expect(lines[0]).toBe("**prod-cluster**: 80 to create.");
    expect(lines.at(-1)).toBe("- and 30 more");
    expect(lines).toHaveLength(2 + 50 + 1);
  });
});

describe("a stack is new", () => {
  const creates = [resource("aws_eks_cluster.cluster", ["create"])];

  test("where nothing of it is in the state", () => {
    expect(summaryOf("prod-cluster", { resource_changes: creates }).isNew).toBe(true);
  });

  test("and not where something is, even if all that is left is to create", () => {
    expect(summaryOf("prod-cluster", { ...deployed, resource_changes: creates }).isNew).toBe(false);
  });
});
