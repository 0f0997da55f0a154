import { z } from "zod";

/**
 * The parts of Kubernetes objects that a rehearsal reads.
 *
 * Each is a reader: fields that are not named here are left out. null never reaches them, see `parseJson`.
 */
const object = <T extends z.core.$ZodLooseShape>(shape: T) => z.object(shape).readonly();
const list = <T extends z.ZodType>(item: T) => z.array(item).readonly().exactOptional();
const text = z.string().exactOptional();
const flag = z.boolean().exactOptional();
const count = z.int().exactOptional();
const map = z.record(z.string(), z.string()).readonly().exactOptional();
const port = z.int().min(1).max(65535);
const portOrName = z.union([z.int(), z.string()]);

/** Names become names of folders and parts of URLs. */
const pathSegment = z.string().regex(/^(?!\.{1,2}$)[^/%\0]+$/, "is no name of an object");

const metadata = object({
  name: pathSegment,
  namespace: pathSegment.exactOptional(),
  uid: z.string(),
  resourceVersion: z.string(),
  labels: map,
  annotations: map,
  deletionTimestamp: text,
  deletionGracePeriodSeconds: count,
  finalizers: list(z.string()),
  ownerReferences: list(object({ kind: z.string(), name: z.string() })),
});
export type Metadata = z.infer<typeof metadata>;

export const kubernetesObject = object({ metadata });
export type KubernetesObject = z.infer<typeof kubernetesObject>;

const keyToPath = object({ key: z.string(), path: z.string() });
export type KeyToPath = z.infer<typeof keyToPath>;

const fileSource = object({ name: text, secretName: text, optional: flag, items: list(keyToPath) });

const fieldSelector = object({ fieldPath: z.string() });
export type FieldSelector = z.infer<typeof fieldSelector>;

const resourceSelector = object({ containerName: text, resource: z.string(), divisor: text });
export type ResourceSelector = z.infer<typeof resourceSelector>;

const downwardFile = object({
  path: z.string(),
  fieldRef: fieldSelector.exactOptional(),
  resourceFieldRef: resourceSelector.exactOptional(),
});

const sourceShape = {
  configMap: fileSource.exactOptional(),
  secret: fileSource.exactOptional(),
  downwardAPI: object({ items: list(downwardFile) }).exactOptional(),
  serviceAccountToken: object({ audience: text, expirationSeconds: count, path: z.string() }).exactOptional(),
};
const projectedSource = object(sourceShape);
export type ProjectedSource = z.infer<typeof projectedSource>;

/** A volume; kinds that are not named here become empty folders. */
const volume = object({
  ...sourceShape,
  name: pathSegment,
  projected: object({ sources: list(projectedSource) }).exactOptional(),
});
export type Volume = z.infer<typeof volume>;

const keySelector = object({ name: z.string(), key: z.string(), optional: flag });

const environmentVariable = object({
  name: z.string(),
  value: text,
  valueFrom: object({
    fieldRef: fieldSelector.exactOptional(),
    resourceFieldRef: resourceSelector.exactOptional(),
    configMapKeyRef: keySelector.exactOptional(),
    secretKeyRef: keySelector.exactOptional(),
  }).exactOptional(),
});
export type EnvironmentVariable = z.infer<typeof environmentVariable>;

const httpGet = object({
  path: text,
  port: portOrName,
  scheme: text,
  host: text,
  httpHeaders: list(object({ name: z.string(), value: z.string() })),
});
export type HttpGet = z.infer<typeof httpGet>;

const probe = object({
  httpGet: httpGet.exactOptional(),
  tcpSocket: object({ port: portOrName }).exactOptional(),
  timeoutSeconds: count,
  successThreshold: count,
  failureThreshold: count,
});
export type Probe = z.infer<typeof probe>;

/** What a container does before it is asked to end. */
const handler = object({
  exec: object({ command: list(z.string()) }).exactOptional(),
  httpGet: httpGet.exactOptional(),
  sleep: object({ seconds: z.int() }).exactOptional(),
});

const container = object({
  name: pathSegment,
  image: z.string(),
  command: list(z.string()),
  args: list(z.string()),
  env: list(environmentVariable),
  ports: list(object({ name: text, containerPort: port, protocol: text })),
  resources: object({ limits: map, requests: map }).exactOptional(),
  volumeMounts: list(object({ name: z.string(), mountPath: z.string(), subPath: text })),
  readinessProbe: probe.exactOptional(),
  startupProbe: probe.exactOptional(),
  lifecycle: object({ preStop: handler.exactOptional() }).exactOptional(),
  restartPolicy: text,
});
export type Container = z.infer<typeof container>;

export const pod = object({
  metadata,
  spec: object({
    nodeName: text,
    serviceAccountName: text,
    terminationGracePeriodSeconds: count,
    containers: z.array(container).readonly(),
    initContainers: list(container),
    volumes: list(volume),
    readinessGates: list(object({ conditionType: z.string() })),
  }),
  status: object({ phase: text, podIP: text, hostIP: text }).exactOptional(),
});
export type Pod = z.infer<typeof pod>;

const servicePort = object({
  name: text,
  port,
  targetPort: portOrName.exactOptional(),
  nodePort: port.exactOptional(),
  protocol: text,
  appProtocol: text,
});
export type ServicePort = z.infer<typeof servicePort>;

export const service = object({
  metadata,
  spec: object({
    type: text,
    clusterIP: text,
    selector: map,
    ports: list(servicePort),
    loadBalancerClass: text,
    loadBalancerIP: text,
  }),
  status: object({
    loadBalancer: object({ ingress: list(object({ ip: text, hostname: text })) }).exactOptional(),
  }).exactOptional(),
});
export type Service = z.infer<typeof service>;

export const endpointSlice = object({
  metadata,
  endpoints: list(
    object({
      addresses: z.array(z.string()).readonly(),
      conditions: object({ ready: flag, serving: flag, terminating: flag }).exactOptional(),
    }),
  ),
  ports: list(object({ name: text, port: port.exactOptional() })),
});
export type EndpointSlice = z.infer<typeof endpointSlice>;

const labelSelector = object({
  matchLabels: map,
  matchExpressions: list(object({ key: z.string(), operator: z.string(), values: list(z.string()) })),
});
export type LabelSelector = z.infer<typeof labelSelector>;

const policyPeer = object({
  podSelector: labelSelector.exactOptional(),
  namespaceSelector: labelSelector.exactOptional(),
  ipBlock: object({ cidr: z.string(), except: list(z.string()) }).exactOptional(),
});
export type PolicyPeer = z.infer<typeof policyPeer>;

const policyPort = object({ protocol: text, port: portOrName.exactOptional(), endPort: count });
export type PolicyPort = z.infer<typeof policyPort>;

export const networkPolicy = object({
  metadata,
  spec: object({
    podSelector: labelSelector.exactOptional(),
    policyTypes: list(z.string()),
    ingress: list(object({ from: list(policyPeer), ports: list(policyPort) })),
    egress: list(object({ to: list(policyPeer), ports: list(policyPort) })),
  }),
});
export type NetworkPolicy = z.infer<typeof networkPolicy>;

export const clusterEvent = object({
  metadata,
  type: text,
  reason: text,
  message: text,
  involvedObject: object({ kind: text, name: text, namespace: text }),
});
/** An event of the core API. */
export type ClusterEvent = z.infer<typeof clusterEvent>;

/** A ConfigMap or a Secret. */
export interface FileMap extends KubernetesObject {
  readonly data?: Readonly<Record<string, string>>;
  readonly binaryData?: Readonly<Record<string, string>>;
}

/** `namespace/name`, or the name alone of what has no namespace. */
export function keyOf({ metadata: { namespace, name } }: KubernetesObject): string {
  return namespace === undefined ? name : `${namespace}/${name}`;
}

/**
 * JSON as an API server writes it, in which null says the same as an absent field: Go writes it for a list that was
 * never filled, such as the endpoints of a Service without pods.
 *
 * @throws SyntaxError
 */
export function parseJson(json: string): unknown {
  return JSON.parse(json, (_, value: unknown) => {
    if (Array.isArray(value)) return value.filter((item) => item !== undefined);
    return value ?? undefined;
  });
}
