import { factsBeforeCluster, type ClusterFacts } from "../composition/cluster-facts";
import { compose } from "../composition/compose";
import type { Composition } from "../composition/composition";
import { Images } from "../composition/images";
import type { Environment } from "../config/environment";
import { allFeatures } from "./all-features";

/**
 * What the mesh of an environment consists of.
 *
 * @param cluster what only the cluster knows; by default it is left open
 */
export function composeMesh(
  environment: Environment,
  cluster: ClusterFacts = factsBeforeCluster(environment),
): Composition {
  return compose(allFeatures, { environment, cluster, images: new Images(environment.charts.images) });
}
