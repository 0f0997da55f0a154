import { quote, type Problem } from "../../config/reading/problem";
import { listOf, textOf } from "./fields";
import { workloadsOf, type Judge, type MeshObjects, type Workload } from "./mesh-objects";

const injectLabel = "sidecar.istio.io/inject";
const revisionLabel = "istio.io/rev";

/** Names by which Istio knows what a pod is, in the order in which it looks. */
const nameLabels = ["service.istio.io/canonical-name", "app.kubernetes.io/name", "app"];
const versionLabels = ["service.istio.io/canonical-revision", "app.kubernetes.io/version", "version"];

/** Pods say what they are, and get their sidecar as the application's `injection` says. */
export const workloadsFitTheMesh: Judge = (mesh) => [
  ...workloadsOf(mesh).flatMap((workload) => [
    ...labelProblems(workload),
    ...revisionProblems(workload),
    ...injectionProblems(workload, mesh),
  ]),
  ...mesh.applications.flatMap((application) => nobodyOptedIn(application, mesh)),
];

/** An application whose workloads are to ask for their sidecars, and of which none does. */
function nobodyOptedIn({ config }: MeshObjects["applications"][number], mesh: MeshObjects): Problem[] {
  if (config.injection !== "workload") return [];
  const workloads = workloadsOf(mesh).filter(({ object }) => object.application === config);
  const [first] = workloads;
  if (first === undefined || workloads.some((workload) => wishOf(workload) === "true")) return [];
  return [
    first.object.problem({
      path: [...first.template, "metadata", "labels"],
      severity: "warning",
      found: `no workload of application ${config.name} with it`,
      accepted: `${injectLabel}: "true" on the pods that get a sidecar, as injection: workload says`,
      advice: `add the label to a pod template, or set injection: namespace or none`,
    }),
  ];
}

/** @see https://istio.io/latest/docs/ops/deployment/application-requirements/ */
function labelProblems({ object, template, labels }: Workload): Problem[] {
  const missing = [
    ...(nameLabels.some((name) => name in labels) ? [] : ["app"]),
    ...(versionLabels.some((name) => name in labels) ? [] : ["version"]),
  ];
  if (missing.length === 0) return [];
  const found = `none of ${missing.join(" and ")}`;
  const accepted =
    "pods with the labels app and version: metrics, traces and routes tell them apart by these";
  const path = [...template, "metadata", "labels"];
  return [
    object.problem({ path, severity: "warning", found, accepted, advice: `add ${missing.join(" and ")}` }),
  ];
}

/**
 * A pod chooses its revision only where its namespace names none. There no webhook answers to a name that is no tag, so
 * that the pod gets no sidecar, and nobody would move it in an upgrade.
 */
function revisionProblems({ object, template, labels }: Workload): Problem[] {
  const revision = labels[revisionLabel];
  const { application, namespace } = object;
  if (revision === undefined || application.injection === "manual") return [];
  const found = quote(revision);
  const accepted =
    "no revision of a pod's own: pods follow a tag with all of their namespace, and an upgrade moves the tag";
  const elsewhere = `, or lead all of ${namespace} there: { name: ${namespace}, revision: <tag> } in mesh.namespaces`;
  const advice = `remove the label${application.injection === "namespace" ? elsewhere : ""}`;
  const path = [...template, "metadata", "labels", revisionLabel];
  return [object.problem({ path, found, accepted, advice })];
}

/** Whether the pods of a workload ask for a sidecar or against one; a label wins over the annotation. */
function wishOf({ labels, annotations }: Workload): string | undefined {
  return labels[injectLabel] ?? annotations[injectLabel];
}

function injectionProblems(workload: Workload, mesh: MeshObjects): Problem[] {
  const { object, template } = workload;
  const wish = wishOf(workload);
  const where = injectLabel in workload.labels ? "labels" : "annotations";
  const path = [...template, "metadata", where, injectLabel];
  const found = `${injectLabel}: "${String(wish)}"`;
  switch (object.application.injection) {
    case "namespace": {
      if (wish !== "false" || mtlsOf(mesh, object.namespace) !== "strict") return [];
      const accepted = `pods with a sidecar: mutual TLS is strict in ${object.namespace}, and what this one asks in the mesh is refused`;
      const advice = `remove it, or list ${object.namespace} in mesh.namespaces with mtls: permissive`;
      return [object.problem({ path, found, accepted, advice })];
    }
    case "none": {
      if (wish !== "true") return [];
      const accepted = `no sidecars: application ${object.application.name} has injection: none`;
      return [object.problem({ path, found, accepted, advice: "remove it, or set injection: workload" })];
    }
    case "manual": {
      const containers = [
        ...listOf(workload.podSpec, "containers"),
        ...listOf(workload.podSpec, "initContainers"),
      ];
      if (containers.some((each) => textOf(each, "name") === "istio-proxy") || wish === "false") return [];
      return [
        object.problem({
          path: [...template, "spec", "containers"],
          found: "no container istio-proxy",
          accepted: "pods that have their sidecar already, as injection: manual says",
          advice: `run npm run inject -- ${mesh.environment.name} ${object.source}, and deploy what it prints`,
        }),
      ];
    }
    case "workload":
      return [];
  }
}

function mtlsOf({ environment: { mesh } }: MeshObjects, namespace: string): string {
  return mesh.namespaces.find(({ name }) => name === namespace)?.mtls ?? mesh.mtls;
}
