import { eksAccessRule, eksRunnersRule } from "./eks-access";
import { eksCapacityRule } from "./eks-capacity";
import { controllerKnowsTheCluster, eksExposureRule } from "../../exposures/nlb/rules";
import { autoscalerSetsNodes } from "../../features/node-autoscaler/rules";
import { eksNamesRule } from "./eks-names";
import { eksNetworkRule } from "./eks-network";
import { eksNodeGroupsRule } from "./eks-node-groups";
import type { Rule } from "./rule";

/** What an environment on AWS, on a cluster made or found, must keep beside the schema. */
export const eksRules: readonly Rule[] = [
  eksNamesRule,
  eksNetworkRule,
  eksNodeGroupsRule,
  eksCapacityRule,
  eksAccessRule,
  eksRunnersRule,
  eksExposureRule,
  autoscalerSetsNodes,
  controllerKnowsTheCluster,
];
