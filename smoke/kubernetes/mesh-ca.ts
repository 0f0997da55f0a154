import { found, passed, skipped, type Verdict } from "../verdict";
import { namesOf, type CertificateName } from "./certificate-names";
import { notAllowed, type Observed } from "./observed";

/** The ConfigMap from which every proxy of a namespace learns whom to trust. */
export const rootsConfigMap = "istio-ca-root-cert";

export interface RootsConfigMap {
  readonly data?: Readonly<Record<string, string>>;
}

/** What istiod gives out as roots, namespace by namespace. */
export type RootsObservation = readonly {
  readonly namespace: string;
  readonly roots: Observed<RootsConfigMap>;
}[];

/** The roots that are given out and were not meant to be, and those that are missing. */
function difference(intended: readonly CertificateName[], given: readonly CertificateName[]) {
  const has = (all: readonly CertificateName[], one: CertificateName) =>
    all.some(({ fingerprint }) => fingerprint === one.fingerprint);
  return {
    foreign: given.filter((one) => !has(intended, one)),
    missing: intended.filter((one) => !has(given, one)),
  };
}

const named = (names: readonly CertificateName[]) =>
  names.length === 0
    ? "nobody"
    : names.map(({ subject, fingerprint }) => `${subject} (${fingerprint.slice(0, 12)})`).join(" and ");

/**
 * Judges whether proxies are told to trust the roots that were declared.
 *
 * @param intended PEM of the output `mesh_ca`
 */
export function decideMeshRoots(intended: string, observation: RootsObservation): Verdict {
  const tried = `compare ${rootsConfigMap} in ${observation.map(({ namespace }) => namespace).join(", ")} with the output mesh_ca`;
  const meant = namesOf(intended);
  for (const { namespace, roots } of observation) {
    if (roots.kind === "unknown") return notAllowed(`ConfigMap ${namespace}/${rootsConfigMap}`, roots.why);
    if (roots.kind === "absent") {
      const got = `there is no ConfigMap ${namespace}/${rootsConfigMap}`;
      return found("mesh-root-missing", { tried, got });
    }
    const given = namesOf(roots.value.data?.["root-cert.pem"] ?? "");
    const { foreign, missing } = difference(meant, given);
    if (foreign.length + missing.length > 0) {
      const got = `proxies in ${namespace} are told to trust ${named(given)}; meant is ${named(meant)}`;
      return found("mesh-root-differs", { tried, got });
    }
  }
  if (observation.length === 0) return skipped("no namespace of the mesh is known");
  return passed(tried, `${named(meant)}`);
}
