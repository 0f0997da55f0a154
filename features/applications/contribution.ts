import { constructId } from "../../composition/construct-ids";
import type { Contribution, Feature, NamespaceNeed, ReleaseNeed } from "../../composition/contribution";
import type { Manifest } from "../../composition/manifests/manifest";
import { ownershipLabel } from "../../composition/ownership";
import type { Environment } from "../../config/environment";
import { dataplaneMode } from "../../config/mesh/dataplane-mode";
import { dataplaneNeed } from "../ambient/namespace-need";
import { throughWaypoint } from "../ambient/services";
import { stampRevision } from "../revisions/stamp";
import type { ApplicationConfig } from "./keys";

/** Applications: each a Helm release of its YAML, and the namespaces that nobody else makes. */
export const applications: Feature = {
  name: "applications",
  contribute: ({ environment }): Contribution => ({
    namespaces: ownNamespaces(environment),
    releases: environment.applications.map((application) => release(application, environment)),
  }),
};

/** Namespaces of applications that `mesh.namespaces` does not list. They lie where those lie: moving one into the list keeps its address. */
function ownNamespaces({ name, applications, mesh }: Environment): NamespaceNeed[] {
  const listed = new Set(mesh.namespaces.map(({ name }) => name));
  const own = applications.filter(({ namespace }) => !listed.has(namespace));
  return own.map(({ namespace, injection }) => {
    const { labels, ...need } =
      injection === "namespace" ? dataplaneNeed(mesh, namespace) : { injection: false, labels: {} };
    return {
      path: ["applications", constructId(namespace)],
      name: namespace,
      ...need,
      labels: { ...labels, [ownershipLabel]: name },
      after: ["load balancers"],
    };
  });
}

/** With the revision of its namespace, where Istio injects its pods, or the waypoint that it goes through. */
function stamped(object: Manifest, application: ApplicationConfig, { mesh }: Environment): Manifest {
  const { injection, namespace } = application;
  const followed = mesh.namespaces.find(({ name }) => name === namespace)?.revision;
  switch (injection) {
    case "namespace":
      if (dataplaneMode(mesh, namespace) === "ambient") return throughWaypoint(object, mesh, namespace);
      return stampRevision(object, mesh, followed === undefined ? {} : { followed });
    case "workload":
      return stampRevision(object, mesh, { selectedBy: "pod" });
    case "manual":
    case "none":
      return object;
  }
}

function release(application: ApplicationConfig, environment: Environment): ReleaseNeed {
  const { name, namespace } = application;
  const { applicationObjects = {} } = environment;
  const objects = Object.hasOwn(applicationObjects, name) ? applicationObjects[name] : undefined;
  if (objects === undefined) throw new Error(`The files of application ${name} were not read`);
  return {
    kind: "objects",
    path: ["application-objects", constructId(name)],
    name,
    namespace,
    phase: "applications",
    objects: objects.map((object) => stamped(object, application, environment)),
  };
}
