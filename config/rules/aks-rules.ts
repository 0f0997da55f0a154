import { aksAccessRule, aksDns01Rule } from "./aks-access";
import { aksExposureRule } from "../../exposures/azure-lb/rules";
import { aksNamesRule } from "./aks-names";
import { aksNetworkRule } from "./aks-network";
import { aksNodePoolsRule } from "./aks-node-pools";
import { azureDnsRule } from "./azure-dns";
import type { Rule } from "./rule";

/** What an environment on Azure must keep beside the schema. */
export const aksRules: readonly Rule[] = [
  aksNamesRule,
  aksNetworkRule,
  aksNodePoolsRule,
  aksExposureRule,
  aksAccessRule,
  aksDns01Rule,
  azureDnsRule,
];
