import { fullName, selects, type Metadata, type Pod } from "./objects";

export type MtlsMode = "STRICT" | "PERMISSIVE" | "DISABLE";

interface Mtls {
  readonly mode?: MtlsMode | "UNSET";
}

export interface PeerAuthentication {
  readonly metadata: Metadata;
  readonly spec?: {
    readonly selector?: { readonly matchLabels?: Readonly<Record<string, string>> };
    readonly mtls?: Mtls;
    readonly portLevelMtls?: Readonly<Record<string, Mtls>>;
  };
}

/** What holds for a port of a pod, and the object that says so; undefined: none does, Istio's default holds. */
export interface EffectiveMtls {
  readonly mode: MtlsMode;
  readonly decidedBy?: string;
}

const modeOf = (mtls: Mtls | undefined) => (mtls?.mode === "UNSET" ? undefined : mtls?.mode);

/**
 * The mode that holds for a port of a pod: that of the port, of the workload, of the namespace, of the mesh, in this
 * order; of several on one level the oldest.
 *
 * @see https://istio.io/latest/docs/reference/config/security/peer_authentication/
 */
export function effectiveMtls(
  policies: readonly PeerAuthentication[],
  { metadata }: Pod,
  port: number,
  rootNamespace: string,
): EffectiveMtls {
  const oldestFirst = [...policies].sort((one, other) =>
    (one.metadata.creationTimestamp ?? "").localeCompare(other.metadata.creationTimestamp ?? ""),
  );
  const labelsOf = ({ spec }: PeerAuthentication) => spec?.selector?.matchLabels ?? {};
  const hasSelector = (policy: PeerAuthentication) => Object.keys(labelsOf(policy)).length > 0;
  const inNamespace = (namespace: string | undefined) =>
    oldestFirst.filter((policy) => policy.metadata.namespace === namespace);
  const ofWorkload = inNamespace(metadata.namespace).filter(
    (policy) => hasSelector(policy) && selects(labelsOf(policy), metadata.labels),
  );
  const ofNamespace = inNamespace(metadata.namespace).filter((policy) => !hasSelector(policy));
  const ofMesh = inNamespace(rootNamespace).filter((policy) => !hasSelector(policy));
  const candidates: readonly (readonly [PeerAuthentication | undefined, Mtls | undefined])[] = [
    [ofWorkload[0], ofWorkload[0]?.spec?.portLevelMtls?.[`${port}`]],
    ...[ofWorkload[0], ofNamespace[0], ofMesh[0]].map((policy) => [policy, policy?.spec?.mtls] as const),
  ];
  for (const [policy, mtls] of candidates) {
    const mode = modeOf(mtls);
    if (policy !== undefined && mode !== undefined) return { mode, decidedBy: fullName(policy.metadata) };
  }
  return { mode: "PERMISSIVE" };
}
