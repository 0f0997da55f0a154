import { parseAllDocuments } from "yaml";

/** What istiod's webhook injects by, as the control plane's chart writes it. */
export interface InjectorConfiguration {
  /** MeshConfig, key `mesh` of ConfigMap istio. */
  readonly mesh: string;
  /** Templates, key `config` of ConfigMap istio-sidecar-injector. */
  readonly config: string;
  /** Values of the templates, key `values` of the same. */
  readonly values: string;
  /** Revision of that istiod. */
  readonly revision: string;
}

interface ConfigMap {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly labels?: Readonly<Record<string, string>> };
  readonly data?: Readonly<Record<string, string>>;
}

/**
 * Finds the injector's configuration among the control plane's rendered manifests.
 *
 * @throws Error naming what is missing
 */
export function injectorConfiguration(manifests: string): InjectorConfiguration {
  const configMaps = parseAllDocuments(manifests)
    .map((document) => document.toJS() as ConfigMap | null)
    .filter((object) => object?.kind === "ConfigMap");
  const read = (name: RegExp, key: string): string => {
    const found = configMaps.find((object) => name.test(object?.metadata.name ?? ""))?.data?.[key];
    if (found === undefined)
      throw new Error(`istiod's chart renders no ConfigMap ${name.source} with key ${key}`);
    return found;
  };
  const injector = /^istio-sidecar-injector(-|$)/;
  const values = read(injector, "values");
  const { revision = "" } = JSON.parse(values) as { revision?: string };
  return {
    mesh: read(/^istio(?!-sidecar-injector)(-|$)/, "mesh"),
    config: read(injector, "config"),
    values,
    revision: revision === "" ? "default" : revision,
  };
}
