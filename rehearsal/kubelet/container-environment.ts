import { type ApiClient } from "../api/client";
import { type Container, type EnvironmentVariable, type FileMap, type Pod } from "../api/objects";
import { expand, fieldOf, resourceOf } from "./pod-fields";
import { MissingVolumeSource } from "./volumes";

/** Where a pod finds the API server: the address and port of the Service `kubernetes`. */
export interface ServiceAddress {
  readonly host: string;
  readonly port: number;
}

/** The environment variables of a container, all references resolved in their order. */
export async function environmentOf(
  api: ApiClient,
  pod: Pod,
  container: Container,
  kubernetes: ServiceAddress,
): Promise<Map<string, string>> {
  const values = new Map<string, string>([
    ["PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"],
    ["HOSTNAME", pod.metadata.name],
    ["HOME", "/"],
    ["KUBERNETES_SERVICE_HOST", kubernetes.host],
    ["KUBERNETES_SERVICE_PORT", kubernetes.port.toString()],
    ["KUBERNETES_SERVICE_PORT_HTTPS", kubernetes.port.toString()],
  ]);
  for (const variable of container.env ?? []) {
    const value = await valueOf(api, pod, container, variable);
    if (value !== undefined) values.set(variable.name, expand(value, values));
  }
  return values;
}

async function valueOf(
  api: ApiClient,
  pod: Pod,
  container: Container,
  { value, valueFrom }: EnvironmentVariable,
): Promise<string | undefined> {
  if (valueFrom?.fieldRef !== undefined) return fieldOf(pod, valueFrom.fieldRef);
  if (valueFrom?.resourceFieldRef !== undefined) return resourceOf(container, valueFrom.resourceFieldRef);
  if (valueFrom?.configMapKeyRef !== undefined) {
    return await keyOfSource(api, pod, "configmaps", valueFrom.configMapKeyRef);
  }
  if (valueFrom?.secretKeyRef !== undefined) {
    const encoded = await keyOfSource(api, pod, "secrets", valueFrom.secretKeyRef);
    return encoded === undefined ? undefined : Buffer.from(encoded, "base64").toString("utf8");
  }
  return value ?? "";
}

async function keyOfSource(
  api: ApiClient,
  pod: Pod,
  kind: "configmaps" | "secrets",
  reference: { readonly name: string; readonly key: string; readonly optional?: boolean },
): Promise<string | undefined> {
  const namespace = pod.metadata.namespace ?? "default";
  const found = await api.find<FileMap>(`/api/v1/namespaces/${namespace}/${kind}/${reference.name}`);
  const value = found?.data?.[reference.key];
  if (value === undefined && reference.optional !== true) {
    throw new MissingVolumeSource(`${kind} ${namespace}/${reference.name} has no key '${reference.key}' yet`);
  }
  return value;
}
