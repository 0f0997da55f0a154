import { aksRules } from "./aks-rules";
import { eksRules } from "./eks-rules";
import { meshRules } from "./mesh-rules";
import type { Rule } from "./rule";

/** Every rule that an environment must keep beside the schema. */
export const allRules: readonly Rule[] = [...meshRules, ...aksRules, ...eksRules];
