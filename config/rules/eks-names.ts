import { quote } from "../reading/problem";
import { rule, type Finding } from "./rule";

/** Beginnings that AWS keeps: of its own security groups, and of the host names of internal load balancers. */
const reservedBeginnings = ["sg-", "internal-"];

/** The environment's name begins every name in AWS, and AWS keeps some beginnings for itself. */
export const eksNamesRule = rule(["target"], ({ target, name }): Finding[] => {
  if (target.kind !== "aws") return [];
  const reserved = reservedBeginnings.find((beginning) => `${name}-`.startsWith(beginning));
  if (reserved === undefined) return [];
  return [
    {
      path: [],
      found: quote(name),
      accepted: `names in AWS begin with it, and AWS keeps ${reserved} for itself`,
      advice: "rename the file",
    },
  ];
});
