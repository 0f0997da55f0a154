import type { Environment } from "../environment";
import { stackNames } from "../names";
import { nearestName } from "../reading/nearest-name";
import { quote } from "../reading/problem";
import { recordsIn } from "./dns-records";
import type { Finding } from "./rule";

/** A finding in the file of one environment. */
export interface FindingOf extends Finding {
  /** Name of the environment. */
  readonly environment: string;
}

/**
 * What environments that are valid by themselves must keep among each other.
 *
 * @param names all environments that there are, be they selected or not
 */
export function findingsAcross(
  environments: readonly Environment[],
  names: readonly string[],
): readonly FindingOf[] {
  return [
    ...environments.flatMap((environment) => unknownPredecessors(environment, names)),
    ...circles(environments),
    ...shared(environments, statesOf, (state, other) => ({
      path: ["backend"],
      found: `the state ${state}`,
      accepted: `a state is one environment's, and ${other} has it`,
      advice: "set another backend.keyPrefix in one of them",
    })),
    ...shared(environments, clustersOf, (cluster, other) => ({
      path: ["target", "connection"],
      found: cluster,
      accepted: `a cluster has one mesh, and ${other} installs it there`,
      advice: "name another context in one of them, or keep one of them",
    })),
    ...shared(environments, recordsIn, (record, other) => ({
      path: ["gateways"],
      found: `a record in zone ${record}`,
      accepted: `a record leads to one gateway, and one of ${other} has it`,
      advice: "remove the host from one of the two, or make its records in another zone",
    })),
  ];
}

function unknownPredecessors({ name, rollout }: Environment, names: readonly string[]): readonly FindingOf[] {
  return rollout.after.flatMap((before, index) => {
    if (names.includes(before) && before !== name) return [];
    const nearest = nearestName(
      before,
      names.filter((each) => each !== name),
    );
    return [
      {
        environment: name,
        path: ["rollout", "after", index],
        found: quote(before),
        accepted: before === name ? "another environment" : "an environment that has a file in environments/",
        advice: nearest === undefined ? "remove it" : `did you mean ${nearest}?`,
      },
    ];
  });
}

/** Of each circle the environment that comes first by name is told. */
function circles(environments: readonly Environment[]): readonly FindingOf[] {
  const after = new Map(environments.map(({ name, rollout }) => [name, rollout.after]));
  return environments.flatMap(({ name }) => {
    const circle = circleFrom(name, after);
    if (circle === undefined || circle.some((other) => other < name)) return [];
    return [
      {
        environment: name,
        path: ["rollout", "after"],
        found: `${[...circle, name].join(" after ")}`,
        accepted: "an order, in which no environment waits for itself",
        advice: "remove one of these names",
      },
    ];
  });
}

function circleFrom(
  start: string,
  after: ReadonlyMap<string, readonly string[]>,
): readonly string[] | undefined {
  const seen = new Set<string>();
  const follow = (name: string, path: readonly string[]): readonly string[] | undefined => {
    for (const before of after.get(name) ?? []) {
      if (before === start) return path.length > 1 ? path : undefined;
      if (seen.has(before)) continue;
      seen.add(before);
      const found = follow(before, [...path, before]);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  return follow(start, [start]);
}

/** Findings for each environment that has what an earlier one has. */
function shared(
  environments: readonly Environment[],
  of: (environment: Environment) => readonly string[],
  finding: (what: string, other: string) => Finding,
): readonly FindingOf[] {
  const owners = new Map<string, string>();
  return environments.flatMap((environment) => {
    const { name } = environment;
    const taken = of(environment).flatMap((what) => {
      const owner = owners.get(what);
      if (owner === undefined) owners.set(what, name);
      return owner === undefined ? [] : [{ environment: name, ...finding(what, owner) }];
    });
    return taken.slice(0, 1);
  });
}

/** Where the states of an environment lie, by names that only equal places share. */
function statesOf(environment: Environment): readonly string[] {
  const { backend } = environment;
  const stacks = stackNames(environment);
  switch (backend.kind) {
    case "local":
      return [];
    case "s3":
      return stacks.map((stack) => `s3://${backend.bucket}/${backend.keyPrefix}${stack}.tfstate`);
    case "gcs":
      return stacks.map((stack) => `gs://${backend.bucket}/${backend.keyPrefix}${stack}`);
    case "azurerm":
      return stacks.map(
        (stack) =>
          `${backend.storageAccountName}/${backend.containerName}/${backend.keyPrefix}${stack}.tfstate`,
      );
    case "http":
      return stacks.map((stack) => `${backend.address}/${stack}`);
    case "cloud":
      return stacks.map((stack) => `${backend.hostname}/${backend.organization}/${stack}`);
  }
}

/** Clusters that others make may be named twice; those that this project makes have names of their own. */
function clustersOf({ target, mesh }: Environment): readonly string[] {
  if (target.kind !== "existing" || mesh.management !== "install") return [];
  const { connection } = target;
  return connection.kind === "kubeconfig"
    ? [`context ${connection.context} of ${connection.path}`]
    : [`the cluster at ${connection.host}`];
}
