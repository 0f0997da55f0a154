import { quote } from "../../config/reading/problem";
import { rule } from "../../config/rules/rule";

/** Without the CNI agent a sidecar comes with an init container that changes the network. */
export const podSecurityAdmitsSidecars = rule(["mesh"], ({ mesh }) =>
  mesh.cni.enabled
    ? []
    : mesh.namespaces.flatMap(({ podSecurity }, index) =>
        podSecurity === undefined || podSecurity === "privileged"
          ? []
          : [
              {
                path: ["mesh", "namespaces", index, "podSecurity"],
                found: quote(podSecurity),
                accepted: "without mesh.cni every pod needs NET_ADMIN, which only privileged admits",
                advice: "set mesh.cni.enabled to true, or podSecurity to privileged",
              },
            ],
      ),
);
