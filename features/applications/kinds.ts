/** Kinds of a group by version; an exclamation mark says that objects of a kind have no namespace. */
const kinds: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "": {
    v1: "ConfigMap Endpoints Event LimitRange Namespace! Node! PersistentVolume! PersistentVolumeClaim Pod PodTemplate ReplicationController ResourceQuota Secret Service ServiceAccount",
  },
  "admissionregistration.k8s.io": {
    v1: "MutatingWebhookConfiguration! ValidatingWebhookConfiguration! ValidatingAdmissionPolicy! ValidatingAdmissionPolicyBinding!",
  },
  "apiextensions.k8s.io": { v1: "CustomResourceDefinition!" },
  "apiregistration.k8s.io": { v1: "APIService!" },
  apps: { v1: "ControllerRevision DaemonSet Deployment ReplicaSet StatefulSet" },
  autoscaling: { v1: "HorizontalPodAutoscaler", v2: "HorizontalPodAutoscaler" },
  batch: { v1: "CronJob Job" },
  "certificates.k8s.io": { v1: "CertificateSigningRequest!" },
  "coordination.k8s.io": { v1: "Lease" },
  "discovery.k8s.io": { v1: "EndpointSlice" },
  "networking.k8s.io": { v1: "IPAddress! Ingress IngressClass! NetworkPolicy ServiceCIDR!" },
  "node.k8s.io": { v1: "RuntimeClass!" },
  policy: { v1: "PodDisruptionBudget" },
  "rbac.authorization.k8s.io": { v1: "ClusterRole! ClusterRoleBinding! Role RoleBinding" },
  "resource.k8s.io": { v1: "DeviceClass! ResourceClaim ResourceClaimTemplate ResourceSlice!" },
  "scheduling.k8s.io": { v1: "PriorityClass!" },
  "storage.k8s.io": { v1: "CSIDriver! CSINode! CSIStorageCapacity StorageClass! VolumeAttachment!" },
  "networking.istio.io": {
    v1: "DestinationRule Gateway ServiceEntry Sidecar VirtualService WorkloadEntry WorkloadGroup",
    v1beta1:
      "DestinationRule Gateway ProxyConfig ServiceEntry Sidecar VirtualService WorkloadEntry WorkloadGroup",
    v1alpha3:
      "DestinationRule EnvoyFilter Gateway ServiceEntry Sidecar VirtualService WorkloadEntry WorkloadGroup",
  },
  "security.istio.io": {
    v1: "AuthorizationPolicy PeerAuthentication RequestAuthentication",
    v1beta1: "AuthorizationPolicy PeerAuthentication RequestAuthentication",
  },
  "telemetry.istio.io": { v1: "Telemetry", v1alpha1: "Telemetry" },
  "extensions.istio.io": { v1alpha1: "TrafficExtension WasmPlugin" },
  "cert-manager.io": { v1: "Certificate CertificateRequest ClusterIssuer! Issuer" },
  "acme.cert-manager.io": { v1: "Challenge Order" },
  "gateway.networking.k8s.io": {
    v1: "BackendTLSPolicy GRPCRoute Gateway GatewayClass! HTTPRoute ListenerSet ReferenceGrant TCPRoute TLSRoute UDPRoute",
    v1beta1: "Gateway GatewayClass! HTTPRoute ReferenceGrant",
    v1alpha2: "GRPCRoute ReferenceGrant TCPRoute TLSRoute UDPRoute",
    v1alpha3: "BackendTLSPolicy TLSRoute",
  },
};

/** A kind of objects, as an object names it. */
export interface KindName {
  readonly apiVersion: string;
  readonly kind: string;
}

/** What is known of a kind: all of it, that its group has none of this name, or nothing about its group. */
export type Knowledge =
  | { readonly known: true; readonly namespaced: boolean }
  | { readonly known: false; readonly ofGroup: readonly KindName[] | undefined };

/** Group of an `apiVersion`; "" for Kubernetes' core. */
export function groupOf(apiVersion: string): string {
  return apiVersion.includes("/") ? apiVersion.slice(0, apiVersion.indexOf("/")) : "";
}

/** Looks a kind up among Kubernetes', Istio's, cert-manager's and the Gateway API's. */
export function lookUpKind({ apiVersion, kind }: KindName): Knowledge {
  const group = groupOf(apiVersion);
  const versions = Object.hasOwn(kinds, group) ? kinds[group] : undefined;
  // A group without a dot is Kubernetes' own.
  if (versions === undefined) return { known: false, ofGroup: group.includes(".") ? undefined : allKinds };
  const written = allKindsOf(group).find((each) => each.apiVersion === apiVersion && each.kind === kind);
  if (written === undefined) return { known: false, ofGroup: allKindsOf(group) };
  return { known: true, namespaced: written.namespaced };
}

/** Every known kind of this name, in the newest version first. */
export function kindsNamed(kind: string): readonly KindName[] {
  return allKinds.filter((each) => each.kind === kind);
}

function allKindsOf(group: string): readonly (KindName & { readonly namespaced: boolean })[] {
  return Object.entries(kinds[group] ?? {}).flatMap(([version, names]) =>
    names.split(" ").map((name) => ({
      apiVersion: group === "" ? version : `${group}/${version}`,
      kind: name.replace("!", ""),
      namespaced: !name.endsWith("!"),
    })),
  );
}

const allKinds = Object.keys(kinds).flatMap(allKindsOf);
