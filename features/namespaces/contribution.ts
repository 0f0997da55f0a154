import { constructId } from "../../composition/construct-ids";
import type { Feature, NamespaceNeed } from "../../composition/contribution";
import { ownershipLabel } from "../../composition/ownership";
import type { Environment } from "../../config/environment";
import type { MeshNamespace } from "../../config/mesh/mesh";
import { dataplaneNeed } from "../ambient/namespace-need";

/** The namespaces for applications. */
export const namespaces: Feature = {
  name: "namespaces",
  contribute: ({ environment }) => ({
    namespaces: environment.mesh.namespaces.map((namespace) => needOf(namespace, environment)),
  }),
};

function needOf(
  { name, management, podSecurity, revision }: MeshNamespace,
  environment: Environment,
): NamespaceNeed {
  const { injection, labels } = dataplaneNeed(environment.mesh, name);
  return {
    path: ["applications", constructId(name)],
    name,
    ...(podSecurity === undefined ? {} : { podSecurity }),
    injection,
    labels: { ...labels, ...(management === "install" ? { [ownershipLabel]: environment.name } : {}) },
    ...(revision === undefined ? {} : { revision }),
    management,
    // Their applications may ask for load balancers, which a destroy takes away before what answers them.
    after: ["load balancers"],
  };
}
