import { isForDocumentation, rangeOf } from "../ipv4-range";
import { quote } from "../reading/problem";
import type { AwsTarget } from "../target/target-aws";
import { rule, type Finding } from "./rule";

/** Ranges larger than this let in so much of the internet that they restrict nothing. */
const widestPrefixLength = 8;

function publicRanges({ controlPlane }: AwsTarget): Finding[] {
  if (controlPlane.publicAccess.kind !== "restricted") return [];
  return controlPlane.publicAccess.cidrs.flatMap((range, index): Finding[] => {
    const path = ["target", "controlPlane", "publicAccess", "cidrs", index];
    if (rangeOf(range).prefixLength < widestPrefixLength) {
      return [
        {
          path,
          found: quote(range),
          accepted: "ranges that restrict who reaches the API server",
          advice: "name yours, or say it in words: publicAccess: { kind: open-to-the-internet }",
        },
      ];
    }
    if (!isForDocumentation(range)) return [];
    return [
      {
        severity: "warning",
        path,
        found: quote(range),
        accepted:
          "a range of the machines that run Terraform and kubectl; this one exists in documentation only",
        advice: "put yours here before you deploy",
      },
    ];
  });
}

function entries({ controlPlane }: AwsTarget): Finding[] {
  const { accessEntries, creatorIsAdmin } = controlPlane;
  const path = ["target", "controlPlane", "accessEntries"];
  const repeated = accessEntries.flatMap(({ principalArn }, index) =>
    accessEntries.findIndex((entry) => entry.principalArn === principalArn) < index
      ? [
          {
            path: [...path, index, "principalArn"],
            found: quote(principalArn),
            accepted: "one entry for each principal",
            advice: "merge the two",
          },
        ]
      : [],
  );
  const hasAdmin = accessEntries.some(
    ({ policy, namespaces }) => policy === "cluster-admin" && namespaces === undefined,
  );
  if (creatorIsAdmin || hasAdmin) return repeated;
  return [
    ...repeated,
    {
      path,
      found: "no entry with policy cluster-admin",
      accepted: "somebody who may install the mesh, since creatorIsAdmin is false",
      advice: "add the principal that runs Terraform",
    },
  ];
}

/** Who reaches the API server of an EKS cluster, and who may use it. */
export const eksAccessRule = rule(["target"], ({ target }) =>
  target.kind === "aws" ? [...publicRanges(target), ...entries(target)] : [],
);

/** What HashiCorp's own runners can do for a mesh on EKS. */
export const eksRunnersRule = rule(["target", "backend"], ({ target, backend }): Finding[] => {
  if (target.kind !== "aws" || backend.kind !== "cloud" || backend.execution !== "remote") return [];
  const path = ["backend", "execution"];
  const found = quote(backend.execution);
  if (target.controlPlane.publicAccess.kind !== "open-to-the-internet") {
    return [
      {
        path,
        found,
        accepted:
          "HashiCorp's runners have no fixed addresses, and target.controlPlane.publicAccess does not let everybody in",
        advice: "set execution to agent, with an agent that reaches the API server, or to local",
      },
    ];
  }
  return [
    {
      severity: "warning",
      path,
      found,
      accepted: "a token of 15 minutes, which is all that HashiCorp's runners have for a whole apply",
      advice: "apply again if one ends with Unauthorized, or set execution to agent",
    },
  ];
});
