import type { Rule } from "./rule";

/** Every rule that an environment must keep beside the schema. */
export const allRules: readonly Rule[] = [];
