import { quote } from "../../config/reading/problem";
import { rule, type Finding } from "../../config/rules/rule";

/** Somebody else chose what is installed. */
export const adoptedMeshHasNoProfile = rule(["mesh"], ({ mesh }): Finding[] =>
  mesh.profile === undefined || mesh.management === "install"
    ? []
    : [
        {
          path: ["mesh", "profile"],
          found: quote(mesh.profile),
          accepted: `a profile says what is installed, and mesh.management is ${mesh.management}`,
          advice: "remove it, or set mesh.management to install",
        },
      ],
);
