import type { Feature } from "../../composition/contribution";
import { istioNamespace } from "../../composition/namespace-names";
import { revisionFollowed } from "../../config/mesh/revisions";
import { tagObjects } from "./tag-objects";

/**
 * The tags of revisions: one release that owns nothing else, so that a tag moves without a control plane's release.
 *
 * @see https://istio.io/latest/docs/setup/upgrade/canary/#stable-revision-labels
 */
export const revisions: Feature = {
  name: "revisions",
  contribute: ({ environment: { mesh }, cluster }) => {
    const tags = Object.entries(mesh.tags ?? {});
    // Of the add-on pods follow revisions by their own names.
    if (tags.length === 0 || mesh.management === "aks-add-on") return {};
    return {
      releases: [
        {
          kind: "objects",
          path: ["control-plane", "revision-tags"],
          name: "istio-revision-tags",
          namespace: istioNamespace,
          phase: "revision tags",
          objects: tags.flatMap(([tag]) =>
            tagObjects({
              tag,
              revision: revisionFollowed(mesh, tag),
              annotations: cluster.webhookAnnotations,
            }),
          ),
        },
      ],
    };
  },
};
