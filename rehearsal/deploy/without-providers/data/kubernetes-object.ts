/** The fields of Kubernetes objects that the data sources show. */
export interface ObjectMetadata {
  readonly name?: string;
  readonly namespace?: string;
  readonly generation?: number;
  readonly resourceVersion?: string;
  readonly uid?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** The block `metadata` as the kubernetes provider shows it: a list of one. */
export function metadataBlock(metadata: ObjectMetadata) {
  return [
    {
      annotations: metadata.annotations ?? {},
      generation: metadata.generation ?? 0,
      labels: metadata.labels ?? {},
      name: metadata.name ?? "",
      namespace: metadata.namespace ?? "",
      resource_version: metadata.resourceVersion ?? "",
      uid: metadata.uid ?? "",
    },
  ];
}
