import { constructId } from "../../composition/construct-ids";
import type { Feature } from "../../composition/contribution";
import { ownershipLabel } from "../../composition/ownership";

/** The namespaces for applications; their pods get a sidecar. */
export const namespaces: Feature = {
  name: "namespaces",
  contribute: ({ environment }) => ({
    namespaces: environment.mesh.namespaces.map(({ name, management, podSecurity, revision }) => ({
      path: ["applications", constructId(name)],
      name,
      ...(podSecurity === undefined ? {} : { podSecurity }),
      injection: true,
      ...(management === "install" ? { labels: { [ownershipLabel]: environment.name } } : {}),
      ...(revision === undefined ? {} : { revision }),
      management,
      // Their applications may ask for load balancers, which a destroy takes away before what answers them.
      after: ["load balancers"],
    })),
  }),
};
