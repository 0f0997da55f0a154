import type { Block, NamespaceBlock, ReleaseBlock } from "../../rehearsal/stack/block";

/** What stands in a cluster already. */
export interface Found {
  /** Helm's releases. */
  readonly releases: readonly { readonly name: string; readonly namespace: string }[];
  readonly namespaces: readonly string[];
  /** Labels of the Deployment istiod; undefined where there is none. */
  readonly istiodLabels: Readonly<Record<string, string>> | undefined;
}

/** How a stack takes over what stands in a cluster. */
export interface Adoption {
  /** Blocks of Terraform that bring what is there into the state. */
  readonly imports: readonly { readonly to: string; readonly id: string }[];
  /** Releases that are not Helm's yet, and may take objects over that carry their names: their addresses. */
  readonly takeOwnership: readonly string[];
  /** Whether istiod must be labelled as this environment's before a plan. */
  readonly labelsIstiod: boolean;
}

/** The label by which a plan knows whose istiod it is. */
export const ownershipLabel = "istio-cdktf.dev/environment";

/** Plans a take-over: Helm's releases and namespaces of the same names are imported, and nothing is installed twice. */
export function planAdoption(environment: string, blocks: readonly Block[], found: Found): Adoption {
  const releases = blocks.filter((block): block is ReleaseBlock => block.kind === "release");
  const namespaces = blocks.filter((block): block is NamespaceBlock => block.kind === "namespace");
  const isHelms = ({ name, namespace }: ReleaseBlock) =>
    found.releases.some((release) => release.name === name && release.namespace === namespace);
  const istiodIsHelms = releases.some((release) => release.name === "istiod" && isHelms(release));
  return {
    imports: [
      ...namespaces
        .filter(({ name }) => found.namespaces.includes(name))
        .map(({ address, name }) => ({ to: address, id: name })),
      ...releases
        .filter(isHelms)
        .map(({ address, name, namespace }) => ({ to: address, id: `${namespace}/${name}` })),
    ],
    // istioctl leaves objects of the charts' names that no release has.
    takeOwnership:
      found.istiodLabels === undefined || istiodIsHelms
        ? []
        : releases.filter((release) => !isHelms(release)).map(({ address }) => address),
    labelsIstiod: found.istiodLabels !== undefined && found.istiodLabels[ownershipLabel] !== environment,
  };
}

/** Terraform's JSON of the imports. */
export function importsJson({ imports }: Adoption): object {
  return { import: imports.map(({ to, id }) => ({ to, id })) };
}

/** Terraform's JSON that lets releases take objects over; undefined where none needs to. */
export function overrideJson({ takeOwnership }: Adoption): object | undefined {
  if (takeOwnership.length === 0) return undefined;
  const names = takeOwnership.map((address) => address.split(".").at(-1) ?? address);
  return {
    resource: { helm_release: Object.fromEntries(names.map((name) => [name, { take_ownership: true }])) },
  };
}
