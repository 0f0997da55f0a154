import { expect } from "vitest";
import { parseEnvironment, type ParsedEnvironment } from "../../../config/reading/parse-environment";
import { formatProblem, type Problem } from "../../../config/reading/problem";

export const today = new Date("2026-11-21T00:00:00Z");

/** The smallest valid file for a cluster that exists. */
export const existing = `target:
  kind: existing
  kubernetesVersion: "1.35"
  connection: { kind: kubeconfig, context: lab }
mesh:
  istioVersion: 1.31.4
`;

/** The smallest valid file for a new EKS cluster. */
export const aws = `target:
  kind: aws
  region: eu-central-1
  kubernetesVersion: "1.35"
mesh:
  istioVersion: 1.31.4
`;

/** The smallest valid file for a new AKS cluster. */
export const azure = `target:
  kind: azure
  location: westeurope
  kubernetesVersion: "1.35"
mesh:
  istioVersion: 1.31.4
`;

export function parse(text: string, fileName = "environments/lab.yaml"): ParsedEnvironment {
  return parseEnvironment(fileName, text, { today });
}

/** Everything that is wrong with the file; none when it is valid. */
export function problemsOf(text: string, fileName?: string): readonly Problem[] {
  const result = parse(text, fileName);
  return "problems" in result ? result.problems : [];
}

/** The problems as a person reads them, one a line. */
export function messagesOf(text: string, fileName?: string): string {
  return problemsOf(text, fileName).map(formatProblem).join("\n");
}

/** The warnings of a valid file as a person reads them. */
export function warningsOf(text: string, fileName?: string): string {
  const result = parse(text, fileName);
  if ("problems" in result) throw new Error(result.problems.map(formatProblem).join("\n"));
  return result.warnings.map(formatProblem).join("\n");
}

/** The problems as a person reads them. Their whole wording is kept in a snapshot: a test says what matters of it. */
export function wordingOf(text: string, fileName?: string): string {
  return kept(messagesOf(text, fileName));
}

/** The warnings of a valid file; their wording is kept, too. */
export function warningWordingOf(text: string, fileName?: string): string {
  return kept(warningsOf(text, fileName));
}

function kept(words: string): string {
  if (words !== "") expect(words).toMatchSnapshot();
  return words;
}
