import type { Environment } from "../../config/environment";
import { nearestName } from "../../config/reading/nearest-name";
import { quote } from "../../config/reading/problem";
import type { Finding } from "../../config/rules/rule";
import { isStatus } from "../../contract/check-expectation";
import { healthName } from "../../composition/health-route";
import { healthNamespace } from "../../composition/namespace-names";

/** What makes pods, by name. */
export interface NamedWorkload {
  readonly namespace: string;
  readonly name: string;
}

/** Workloads that checks send from or expect answers of are among those that the environment deploys. */
export function checkedWorkloadsExist(
  environment: Environment,
  workloads: readonly NamedWorkload[],
): Finding[] {
  const known = [...workloads, { namespace: healthNamespace, name: healthName }];
  return environment.checks.flatMap(({ request, expect }, index): Finding[] => {
    const at = ["checks", index];
    // Workloads of other clusters answer, too, where a mesh spans several.
    const isKnown = expect.connection !== "refused" && environment.membership === undefined;
    const expected = isKnown ? answering(expect) : [];
    return [
      ...(request.from === undefined ? [] : finding([...at, "request", "from"], request.from, known)),
      ...expected.flatMap(({ path, name }) => finding([...at, "expect", ...path], name, known)),
    ];
  });
}

function answering(expect: {
  workload?: string | undefined;
  split?: Readonly<Record<string, number>> | undefined;
  mirrored?: Readonly<Record<string, number>> | undefined;
}) {
  const split = Object.keys(expect.split ?? {}).filter((name) => !isStatus(name));
  return [
    ...(expect.workload === undefined ? [] : [{ path: ["workload"], name: expect.workload }]),
    ...split.map((name) => ({ path: ["split", name], name })),
    ...Object.keys(expect.mirrored ?? {}).map((name) => ({ path: ["mirrored", name], name })),
  ];
}

function finding(
  path: readonly (string | number)[],
  written: string,
  known: readonly NamedWorkload[],
): Finding[] {
  const slash = written.indexOf("/");
  const namesOf = ({ namespace, name }: NamedWorkload) => (slash < 0 ? name : `${namespace}/${name}`);
  const names = known.map(namesOf);
  if (names.includes(written)) return [];
  const meant = nearestName(written, names);
  const accepted = "a Deployment, StatefulSet or DaemonSet of an application here";
  const advice = meant === undefined ? "see that something else deploys it" : `did you mean ${meant}?`;
  return [{ path, severity: "warning", found: quote(written), accepted, advice }];
}
