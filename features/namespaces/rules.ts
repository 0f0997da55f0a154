import { quote } from "../../config/reading/problem";
import { rule, type Finding } from "../../config/rules/rule";

/** A namespace that is to be deleted is none that the file asks for. */
export const removedNamespacesAreGone = rule(["mesh", "applications"], ({ mesh, applications }) =>
  mesh.removedNamespaces.flatMap((name, index): Finding[] => {
    const listed = mesh.namespaces.some((each) => each.name === name);
    const application = applications.find(({ namespace }) => namespace === name);
    if (!listed && application === undefined) return [];
    const who = listed ? "mesh.namespaces lists it" : `application ${application?.name ?? ""} lies in it`;
    const accepted = `a namespace that is in the file no more; ${who}`;
    const advice = listed ? "remove one of the two" : "remove it here, or remove the application";
    return [{ path: ["mesh", "removedNamespaces", index], found: quote(name), accepted, advice }];
  }),
);

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
