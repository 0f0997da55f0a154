import { quote } from "../../config/reading/problem";
import { rule, type Finding } from "../../config/rules/rule";

/** A namespace that is left alone gets no Pod Security level. */
export const adoptedNamespacesAreLeftAlone = rule(["mesh"], ({ mesh }) =>
  mesh.namespaces.flatMap(({ management, podSecurity }, index): Finding[] => {
    if (management !== "adopt" || podSecurity === undefined) return [];
    const accepted = "management is adopt, so that nothing of the namespace is changed";
    const advice = "remove the key, or set management to install";
    return [
      { path: ["mesh", "namespaces", index, "podSecurity"], found: quote(podSecurity), accepted, advice },
    ];
  }),
);
