import { rule, type Finding } from "../../config/rules/rule";
import { mayGrow } from "./is-autoscaled";

/** The autoscaler and Terraform do not both set the number of nodes, and the autoscaler has something to set. */
export const autoscalerSetsNodes = rule(["target"], ({ target }): Finding[] => {
  if (target.kind !== "aws" || target.nodeAutoscaler !== "cluster-autoscaler") return [];
  const held = target.nodeGroups.flatMap(({ desiredNodes }, index): Finding[] =>
    desiredNodes === undefined
      ? []
      : [
          {
            path: ["target", "nodeGroups", index, "desiredNodes"],
            found: String(desiredNodes),
            accepted:
              "the autoscaler sets the number of nodes of every group, and Terraform would set it back",
            advice: "remove it, or set target.nodeAutoscaler to none",
          },
        ],
  );
  if (held.length > 0 || target.nodeGroups.some(mayGrow)) return held;
  return [
    {
      path: ["target", "nodeAutoscaler"],
      found: "cluster-autoscaler",
      accepted: "no node group has a maxNodes above its minNodes, so that there is nothing to scale",
      advice: "raise maxNodes of one, or remove nodeAutoscaler",
      severity: "warning",
    },
  ];
});
