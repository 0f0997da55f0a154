import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { type ApiClient, ApiError } from "../api/client";
import { type FileMap, type Pod, type ProjectedSource, type Volume } from "../api/objects";
import { fieldOf, resourceOf } from "./pod-fields";
import { type ConfigurationFile } from "./stand-in-program";

/** A Secret or ConfigMap that a pod mounts and that does not exist yet: a kubelet waits for it, and so do we. */
export class MissingVolumeSource extends Error {}

const defaultTokenSeconds = 3600;

/**
 * Writes the volumes of a pod into one folder each, as a kubelet does; only files whose content changed.
 *
 * @param tokens whether to ask for new service account tokens
 * @throws MissingVolumeSource while a Secret or ConfigMap that is not optional is absent
 */
export async function writeVolumes(
  api: ApiClient,
  pod: Pod,
  folder: string,
  tokens: "new" | "keep",
): Promise<void> {
  for (const volume of pod.spec.volumes ?? []) {
    const target = join(folder, volume.name);
    mkdirSync(target, { recursive: true });
    for (const source of sourcesOf(volume)) {
      if (source.serviceAccountToken !== undefined && tokens === "keep") continue;
      for (const [path, content] of await filesOf(api, pod, source)) replaceFile(join(target, path), content);
    }
  }
}

/** Writes one key of a ConfigMap to a file, rewritten; waits for the ConfigMap as a mount of it would. */
export async function writeConfiguration(
  api: ApiClient,
  namespace: string,
  { configMap, key, rewrite }: Pick<ConfigurationFile, "configMap" | "key" | "rewrite">,
  path: string,
): Promise<void> {
  const found = await api.find<FileMap>(`/api/v1/namespaces/${namespace}/configmaps/${configMap}`);
  const content = found?.data?.[key];
  if (content === undefined) {
    throw new MissingVolumeSource(`ConfigMap ${namespace}/${configMap} with key '${key}' does not exist yet`);
  }
  replaceFile(path, Buffer.from(rewrite(content)));
}

function sourcesOf(volume: Volume): readonly ProjectedSource[] {
  return volume.projected?.sources ?? [volume];
}

async function filesOf(api: ApiClient, pod: Pod, source: ProjectedSource): Promise<[string, Buffer][]> {
  const namespace = pod.metadata.namespace ?? "default";
  const files: [string, Buffer][] = [];
  for (const [kind, reference] of [
    ["configmaps", source.configMap],
    ["secrets", source.secret],
  ] as const) {
    if (reference === undefined) continue;
    const name = reference.name ?? reference.secretName ?? "";
    const found = await api.find<FileMap>(`/api/v1/namespaces/${namespace}/${kind}/${name}`);
    if (found === undefined) {
      if (reference.optional === true) continue;
      const singular = kind === "secrets" ? "Secret" : "ConfigMap";
      throw new MissingVolumeSource(`${singular} ${namespace}/${name} does not exist yet`);
    }
    const contents = contentsOf(found, kind === "secrets" ? "base64" : "utf8");
    const items = reference.items ?? [...contents.keys()].map((key) => ({ key, path: key }));
    for (const { key, path } of items) {
      const content = contents.get(key);
      if (content !== undefined) files.push([path, content]);
      else if (reference.optional !== true) {
        throw new MissingVolumeSource(`${kind} ${namespace}/${name} has no key '${key}' yet`);
      }
    }
  }
  for (const item of source.downwardAPI?.items ?? []) {
    files.push([item.path, Buffer.from(downwardValue(pod, item))]);
  }
  if (source.serviceAccountToken !== undefined) {
    const { audience, expirationSeconds, path } = source.serviceAccountToken;
    files.push([path, Buffer.from(await tokenFor(api, pod, audience, expirationSeconds))]);
  }
  return files;
}

type DownwardItem = NonNullable<NonNullable<ProjectedSource["downwardAPI"]>["items"]>[number];

function downwardValue(pod: Pod, { fieldRef, resourceFieldRef }: DownwardItem): string {
  if (fieldRef !== undefined) return fieldOf(pod, fieldRef);
  const container = pod.spec.containers.find(({ name }) => name === resourceFieldRef?.containerName);
  if (container === undefined || resourceFieldRef === undefined) return "";
  return resourceOf(container, resourceFieldRef);
}

async function tokenFor(
  api: ApiClient,
  pod: Pod,
  audience: string | undefined,
  expirationSeconds = defaultTokenSeconds,
): Promise<string> {
  const account = pod.spec.serviceAccountName ?? "default";
  const namespace = pod.metadata.namespace ?? "default";
  const path = `/api/v1/namespaces/${namespace}/serviceaccounts/${account}/token`;
  const { name, uid } = pod.metadata;
  const request = {
    apiVersion: "authentication.k8s.io/v1",
    kind: "TokenRequest",
    spec: {
      ...(audience === undefined ? {} : { audiences: [audience] }),
      expirationSeconds,
      boundObjectRef: { kind: "Pod", apiVersion: "v1", name, uid },
    },
  };
  try {
    return (await api.create<{ status: { token: string } }>(path, request)).status.token;
  } catch (error) {
    // Deleted before its pods, as when both go at once.
    if (error instanceof ApiError && error.statusCode === 404)
      throw new MissingVolumeSource(`ServiceAccount ${namespace}/${account} does not exist`);
    throw error;
  }
}

function contentsOf({ data, binaryData }: FileMap, encoding: "utf8" | "base64"): Map<string, Buffer> {
  const contents = new Map<string, Buffer>();
  for (const [key, value] of Object.entries(data ?? {})) contents.set(key, Buffer.from(value, encoding));
  for (const [key, value] of Object.entries(binaryData ?? {}))
    contents.set(key, Buffer.from(value, "base64"));
  return contents;
}

/** Whoever reads the file sees the old or the new content, never half of one. */
export function replaceFile(path: string, content: Buffer): void {
  if (existsSync(path) && readFileSync(path).equals(content)) return;
  mkdirSync(dirname(path), { recursive: true });
  const temporary = `${path}.new`;
  writeFileSync(temporary, content);
  renameSync(temporary, path);
}
