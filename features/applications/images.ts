import { Images } from "../../composition/images";
import { quote, type Problem } from "../../config/reading/problem";
import { listOf, textOf } from "./fields";
import { workloadsOf, type Judge } from "./mesh-objects";

/** The name of an image with its registry, as a container runtime completes it. */
function completed(image: string): string {
  const [first = "", ...rest] = image.split("/");
  const isRegistry = rest.length > 0 && (/[.:]/.test(first) || first === "localhost");
  if (isRegistry) return image;
  return rest.length === 0 ? `docker.io/library/${image}` : `docker.io/${image}`;
}

/**
 * Where `charts.images.registry` names a mirror, images of applications come from its host, too. They are not
 * rewritten: an application's YAML is deployed as it stands, and its images may well lie in a third registry.
 */
export const imagesComeFromTheMirror: Judge = (mesh) => {
  const { images } = mesh.environment.charts;
  if (images === undefined) return [];
  const [host = ""] = images.registry.split("/");
  const mirror = new Images(images);
  return workloadsOf(mesh).flatMap(({ object, template, podSpec }) =>
    ["containers", "initContainers"].flatMap((list) =>
      listOf(podSpec, list).flatMap((container, index): Problem[] => {
        const image = textOf(container, "image");
        // What injection fills in is Istio's own image.
        if (image === undefined || image === "auto" || completed(image).split("/")[0] === host) return [];
        return [
          object.problem({
            path: [...template, "spec", list, index, "image"],
            severity: "warning",
            found: quote(image),
            accepted: `an image of ${host}, which charts.images.registry names for all images of the mesh; those of applications are deployed as they stand`,
            advice: `write ${mirror.locate(completed(image))}, if the cluster cannot pull from elsewhere`,
          }),
        ];
      }),
    ),
  );
};
