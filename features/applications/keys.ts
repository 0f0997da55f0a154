import { z } from "zod";
import { kubernetesName } from "../../config/kubernetes-name";

/** A path below the folder that it is relative to: no `..`, nothing absolute, no drive. */
const step = "(?!\\.{1,2}(/|$))[A-Za-z0-9._-]+";
const relativePath = (end: string, error: string) =>
  z
    .string()
    .max(1000)
    .regex(new RegExp(`^${step}(/${step})*${end}$`), { error });

const application = z
  .strictObject({
    // Helm keeps 53 characters for a release's name.
    name: kubernetesName.max(53).describe("Name of the application and of its Helm release."),
    path: relativePath("", "a folder inside this project, such as applications/bookinfo").describe(
      "Folder of Kubernetes and Istio YAML, relative to the project.",
    ),
    files: z
      .array(relativePath("\\.ya?ml", "a YAML file below the application's path, such as lessons/v1.yaml"))
      .min(1)
      .optional()
      .describe("Files of the folder that are deployed. Default: each .yaml file directly in it."),
    namespace: kubernetesName.describe(
      "Namespace of its objects. One of `mesh.namespaces`, or one that is made with what this list says.",
    ),
    injection: z
      .enum(["namespace", "workload", "manual", "none"])
      .default("namespace")
      .describe(
        'Which pods are in the mesh. namespace: all but those that opt out, by the mode of their namespace. The others with a sidecar: workload: those labelled sidecar.istio.io/inject: "true". manual: the files have it (`npm run inject`). none: none.',
      ),
  })
  .describe("A folder of Kubernetes and Istio YAML, deployed as one Helm release.");

/** `applications` */
export const applications = z.array(application).default([]).describe("What runs in the mesh.");

export type ApplicationConfig = z.output<typeof application>;
