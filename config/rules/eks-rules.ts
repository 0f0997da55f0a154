import { eksAccessRule, eksRunnersRule } from "./eks-access";
import { eksCapacityRule } from "./eks-capacity";
import { eksExposureRule } from "../../exposures/nlb/rules";
import { eksNamesRule } from "./eks-names";
import { eksNetworkRule } from "./eks-network";
import { eksNodeGroupsRule } from "./eks-node-groups";
import type { Rule } from "./rule";

/** What an environment on AWS must keep beside the schema. */
export const eksRules: readonly Rule[] = [
  eksNamesRule,
  eksNetworkRule,
  eksNodeGroupsRule,
  eksCapacityRule,
  eksAccessRule,
  eksRunnersRule,
  eksExposureRule,
];
