import { gzipSync } from "node:zlib";
import type { Manifest } from "../../composition/manifests/manifest";
import type { Environment } from "../../config/environment";
import type { Problem } from "../../config/reading/problem";
import type { Finding } from "../../config/rules/rule";
import { waypointServicesExist } from "../ambient/services";
import { checkedHostsExist } from "../checks/checked-hosts";
import { checkedWorkloadsExist } from "../checks/checked-workloads";
import { composeMesh } from "../compose-mesh";
import { tracingServiceFits } from "../tracing/rules";
import { apiRoutesLeadSomewhere } from "./api-routes";
import { parseApplicationFile, type ApplicationFile } from "./application-file";
import { imagesComeFromTheMirror } from "./images";
import { identitiesHold } from "./identity";
import {
  workloadsOf,
  writtenNamespace,
  type Judge,
  type MeshObjects,
  type ParsedApplication,
} from "./mesh-objects";
import {
  destinationRulesSelect,
  gatewaysAreServed,
  routesLeadSomewhere,
  weightsArePercentages,
} from "./routes";
import { entryHosts } from "./hosts";
import { namedServices, portsHaveAProtocol } from "./service-ports";
import { workloadsFitTheMesh } from "./workloads";

/** What the files of an environment's applications come to. */
export interface ReadApplications {
  /** By the applications' names. */
  readonly objects: Readonly<Record<string, readonly Manifest[]>>;
  /** Problems of the applications' files. */
  readonly problems: readonly Problem[];
  /** What is to be said of the environment file, now that the objects are known. */
  readonly findings: readonly Finding[];
}

/** What these say of an object is true whatever else there is. */
const judgesOfEach: readonly Judge[] = [
  identitiesHold,
  weightsArePercentages,
  portsHaveAProtocol,
  workloadsFitTheMesh,
  imagesComeFromTheMirror,
];

/** These miss something, which could stand in a file that cannot be read. */
const judgesOfAll: readonly Judge[] = [
  routesLeadSomewhere,
  apiRoutesLeadSomewhere,
  destinationRulesSelect,
  gatewaysAreServed,
];

/** How much is known beside the files that are judged. */
export interface JudgingOptions {
  /** `draft`: something else is wrong with the environment, so that it may not compose. @default "sound" */
  readonly soundness?: "sound" | "draft";
  /** Whether there are files that could not be read. @default false */
  readonly isIncomplete?: boolean;
}

/** Reads and judges the files of an environment's applications, given by the applications' names. */
export function readApplications(
  environment: Environment,
  files: Readonly<Record<string, readonly ApplicationFile[]>>,
  { soundness = "sound", isIncomplete = false }: JudgingOptions = {},
): ReadApplications {
  const problems: Problem[] = [];
  const applications = environment.applications.map((config, index): ParsedApplication => {
    const parsed = (files[config.name] ?? []).map(parseApplicationFile);
    problems.push(...parsed.flatMap((file) => file.problems));
    return { config, index, objects: parsed.flatMap((file) => file.objects) };
  });
  const objects = Object.fromEntries(
    applications.map((each) => [each.config.name, each.objects.map(({ manifest }) => manifest)]),
  );
  const mesh = meshObjects(environment, applications, soundness);
  const say = (judges: readonly Judge[]) => judges.flatMap((judge) => judge(mesh));
  if (isIncomplete || problems.length > 0) {
    return { objects, problems: inOrder([...problems, ...say(judgesOfEach)]), findings: [] };
  }
  return {
    objects,
    problems: inOrder([...say(judgesOfEach), ...say(judgesOfAll)]),
    findings: [
      ...applications.flatMap(sizeFindings),
      ...checkedWorkloadsExist(
        environment,
        workloadsOf(mesh).map(({ name, object }) => ({ name, namespace: object.namespace })),
      ),
      ...checkedHostsExist(environment, { services: namedServices(mesh), entries: entryHosts(mesh) }),
      ...waypointServicesExist(environment, namedServices(mesh)),
      ...tracingServiceFits(environment, namedServices(mesh)),
    ],
  };
}

/** Objects that the environment makes itself; of a draft none are known where it does not compose. */
function ownedObjects(environment: Environment, soundness: "sound" | "draft"): readonly Manifest[] {
  try {
    const { releases } = composeMesh({ ...environment, applications: [], checks: [] });
    return releases.flatMap((release) => (release.kind === "objects" ? release.objects : []));
  } catch (error) {
    if (soundness === "draft") return [];
    throw error;
  }
}

function meshObjects(
  environment: Environment,
  applications: readonly ParsedApplication[],
  soundness: "sound" | "draft",
): MeshObjects {
  return {
    environment,
    applications,
    objects: applications.flatMap(({ config, objects }) =>
      objects.map((object) => ({
        ...object,
        application: config,
        namespace: writtenNamespace(object.manifest) ?? config.namespace,
      })),
    ),
    owned: ownedObjects(environment, soundness),
  };
}

function inOrder(problems: readonly Problem[]): Problem[] {
  const place = ({ position }: Problem) => (position?.line ?? 0) * 10_000 + (position?.column ?? 0);
  return [...problems].sort((a, b) => a.source.localeCompare(b.source) || place(a) - place(b));
}

/** A Secret's limit; Helm keeps a release, with its values and its manifests, compressed in one. */
const secretBytes = 1_048_576;

function sizeFindings({ config, index, objects }: ParsedApplication): Finding[] {
  const path = ["applications", index, "name"];
  if (objects.length === 0) {
    const accepted = "an application with at least one object";
    return [
      { path, found: "files without any", accepted, advice: "add its YAML, or remove the application" },
    ];
  }
  const text = JSON.stringify(objects.map(({ manifest }) => manifest));
  // Compressed they count twice, as values and as manifests, and base64 makes three bytes four.
  const bytes = Math.ceil((gzipSync(text).length * 2 * 4) / 3);
  if (bytes < 0.95 * secretBytes) return [];
  const found = `${config.name} with about ${Math.round(bytes / 1024).toLocaleString("en")} KiB`;
  const accepted = "a Helm release of at most 1,024 KiB, compressed, because Kubernetes keeps it in a Secret";
  return [{ path, found, accepted, advice: "split it into several applications" }];
}
