import type { Manifest } from "../../composition/manifests/manifest";
import type { Environment } from "../../config/environment";
import type { Problem } from "../../config/reading/problem";
import type { ApplicationObject } from "./application-file";
import { fieldOf, textOf, textsOf } from "./fields";
import { groupOf } from "./kinds";
import type { ApplicationConfig } from "./keys";

/** An application with the objects of its files. */
export interface ParsedApplication {
  readonly config: ApplicationConfig;
  /** Its place in the environment file. */
  readonly index: number;
  readonly objects: readonly ApplicationObject[];
}

/** An object of an application with the namespace in which it will lie. */
export interface PlacedObject extends ApplicationObject {
  readonly application: ApplicationConfig;
  readonly namespace: string;
}

/** Everything that a mesh will have, as far as it is known before it is deployed. */
export interface MeshObjects {
  readonly environment: Environment;
  readonly applications: readonly ParsedApplication[];
  /** Objects of the applications. */
  readonly objects: readonly PlacedObject[];
  /** Objects that the environment makes itself. */
  readonly owned: readonly Manifest[];
}

/** Looks at the objects of all applications, and says what is wrong with them. */
export type Judge = (mesh: MeshObjects) => readonly Problem[];

/** Objects of applications of a kind, in any version of its group. */
export function objectsOfKind(mesh: MeshObjects, group: string, ...kinds: readonly string[]): PlacedObject[] {
  return mesh.objects.filter(
    ({ manifest }) => kinds.includes(manifest.kind) && groupOf(manifest.apiVersion) === group,
  );
}

/** A Deployment, StatefulSet or DaemonSet, or another kind that makes pods. */
export interface Workload {
  readonly object: PlacedObject;
  readonly name: string;
  /** Path of the pod's template, or of the pod itself. */
  readonly template: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly podSpec: unknown;
}

const templates: Readonly<Record<string, readonly string[]>> = {
  "apps/v1 Deployment": ["spec", "template"],
  "apps/v1 StatefulSet": ["spec", "template"],
  "apps/v1 DaemonSet": ["spec", "template"],
  "apps/v1 ReplicaSet": ["spec", "template"],
  "batch/v1 Job": ["spec", "template"],
  "batch/v1 CronJob": ["spec", "jobTemplate", "spec", "template"],
  "v1 Pod": [],
};

/** Everything of the applications that makes pods. */
export function workloadsOf({ objects }: MeshObjects): readonly Workload[] {
  return objects.flatMap((object) => {
    const { manifest } = object;
    const template = templates[`${manifest.apiVersion} ${manifest.kind}`];
    if (template === undefined) return [];
    return [
      {
        object,
        name: manifest.metadata.name,
        template,
        labels: textsOf(manifest, ...template, "metadata", "labels"),
        annotations: textsOf(manifest, ...template, "metadata", "annotations"),
        podSpec: fieldOf(manifest, ...template, "spec"),
      },
    ];
  });
}

/** Whether labels hold everything that a selector asks for; an empty selector selects nothing here. */
export function selects(
  selector: Readonly<Record<string, string>>,
  labels: Readonly<Record<string, string>>,
): boolean {
  const wanted = Object.entries(selector);
  return wanted.length > 0 && wanted.every(([key, value]) => labels[key] === value);
}

/** The full name by which Istio knows a host that an object of a namespace writes. */
export function fullHost(host: string, namespace: string): string {
  if (!host.includes(".")) return `${host}.${namespace}.svc.cluster.local`;
  return host;
}

/** `metadata.namespace`, where the object has one. */
export function writtenNamespace(manifest: Manifest): string | undefined {
  return textOf(manifest, "metadata", "namespace");
}
