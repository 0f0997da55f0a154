/** `metadata` of a Kubernetes object. */
export interface ObjectMeta {
  readonly name: string;
  readonly namespace?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** A Kubernetes object as a release applies it. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ObjectMeta;
}

/** @see https://kubernetes.io/docs/concepts/configuration/configmap/ */
export interface ConfigMapManifest extends Manifest {
  readonly apiVersion: "v1";
  readonly kind: "ConfigMap";
  readonly data: Readonly<Record<string, string>>;
}
