/** The parts of Kubernetes objects that the checks read. Everything may be absent: nothing validates them. */
export interface Metadata {
  readonly name: string;
  readonly namespace?: string;
  readonly creationTimestamp?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly managedFields?: readonly { readonly time?: string }[];
  readonly deletionTimestamp?: string;
  readonly ownerReferences?: readonly {
    readonly kind: string;
    readonly name: string;
    readonly controller?: boolean;
  }[];
}

export interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
  readonly lastTransitionTime?: string;
}

export interface ContainerPort {
  readonly name?: string;
  readonly containerPort: number;
}

export interface Container {
  readonly name: string;
  readonly image?: string;
  readonly ports?: readonly ContainerPort[];
}

export interface PodSpec {
  readonly containers: readonly Container[];
  readonly initContainers?: readonly Container[];
  readonly serviceAccountName?: string;
  readonly imagePullSecrets?: readonly { readonly name: string }[];
}

export interface ContainerStatus {
  readonly name: string;
  readonly image?: string;
  readonly state?: { readonly waiting?: { readonly reason?: string; readonly message?: string } };
}

export interface Pod {
  readonly metadata: Metadata;
  readonly spec: PodSpec;
  readonly status?: {
    readonly phase?: string;
    readonly podIP?: string;
    readonly conditions?: readonly Condition[];
    readonly containerStatuses?: readonly ContainerStatus[];
  };
}

export interface Deployment {
  readonly metadata: Metadata;
  readonly spec: {
    readonly replicas?: number;
    readonly selector: { readonly matchLabels?: Readonly<Record<string, string>> };
    readonly template: { readonly metadata?: Omit<Metadata, "name">; readonly spec: PodSpec };
  };
  readonly status?: { readonly availableReplicas?: number; readonly conditions?: readonly Condition[] };
}

export interface WebhookConfiguration {
  readonly metadata: Metadata;
  readonly webhooks?: readonly {
    readonly name: string;
    readonly clientConfig: { readonly caBundle?: string };
  }[];
}

export interface ServicePort {
  readonly name?: string;
  readonly port: number;
  readonly targetPort?: number | string;
  readonly nodePort?: number;
  readonly appProtocol?: string;
}

export interface Service {
  readonly metadata: Metadata;
  readonly spec: {
    readonly type?: string;
    readonly ports?: readonly ServicePort[];
    readonly selector?: Readonly<Record<string, string>>;
  };
  readonly status?: {
    readonly loadBalancer?: {
      readonly ingress?: readonly { readonly ip?: string; readonly hostname?: string }[];
    };
  };
}

export interface EndpointSlice {
  readonly metadata: Metadata;
  readonly endpoints?: readonly { readonly conditions?: { readonly ready?: boolean } }[];
}

export interface KubernetesEvent {
  readonly reason?: string;
  readonly message?: string;
  readonly type?: string;
  readonly involvedObject: { readonly kind?: string; readonly namespace?: string; readonly name?: string };
  readonly lastTimestamp?: string | null;
  readonly eventTime?: string | null;
}

/** An object of cert-manager: Issuer, ClusterIssuer, Certificate, Order or Challenge. */
export interface CertManagerObject {
  readonly kind?: string;
  readonly metadata: Metadata;
  readonly spec?: {
    readonly issuerRef?: { readonly name: string; readonly kind?: string; readonly group?: string };
    readonly dnsName?: string;
    readonly type?: string;
  };
  readonly status?: {
    readonly conditions?: readonly Condition[];
    readonly state?: string;
    readonly reason?: string;
    readonly notAfter?: string;
    readonly renewalTime?: string;
  };
}

export interface IstioGateway {
  readonly metadata: Metadata;
  readonly spec?: {
    readonly selector?: Readonly<Record<string, string>>;
    readonly servers?: readonly { readonly port?: { readonly protocol?: string } }[];
  };
}

interface StringMatch {
  readonly exact?: string;
  readonly prefix?: string;
  readonly regex?: string;
}

export interface VirtualService {
  /** Where it was another one before it was read as a VirtualService. */
  readonly kind?: "HTTPRoute";
  readonly metadata: Metadata;
  readonly spec?: {
    readonly hosts?: readonly string[];
    readonly gateways?: readonly string[];
    readonly http?: readonly {
      readonly name?: string;
      readonly match?: readonly { readonly uri?: StringMatch }[];
      readonly route?: readonly {
        readonly destination: { readonly host: string; readonly port?: { readonly number?: number } };
      }[];
    }[];
  };
}

/** Whether a selector chooses something with these labels. */
export function selects(
  selector: Readonly<Record<string, string>>,
  labels: Readonly<Record<string, string>> | undefined,
): boolean {
  return Object.entries(selector).every(([key, value]) => labels?.[key] === value);
}

export function conditionOf(
  object: { readonly status?: { readonly conditions?: readonly Condition[] } },
  type: string,
): Condition | undefined {
  return object.status?.conditions?.find((condition) => condition.type === type);
}

/** Name with namespace, as kubectl and Istio write it. */
export function fullName({ namespace, name }: Metadata): string {
  return namespace === undefined ? name : `${namespace}/${name}`;
}
