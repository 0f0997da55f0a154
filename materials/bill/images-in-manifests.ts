import { parseAllDocuments } from "yaml";
import { formatImageName, parseImageName } from "../image-name";

/**
 * The images that rendered manifests name, each once: of containers, of arguments such as cert-manager's solver image,
 * and the proxy that Istio's injector puts into pods.
 */
export function imagesInManifests(texts: readonly string[]): readonly string[] {
  const found = new Set<string>();
  const note = (image: string) => {
    // The injector fills in `auto`.
    if (image !== "auto" && image !== "") found.add(formatImageName(parseImageName(image)));
  };
  for (const text of texts) {
    for (const document of parseAllDocuments(text, { version: "1.1" })) {
      const object = document.toJS() as KubernetesObject | null;
      if (object === null) continue;
      // A definition only describes fields that are called image.
      if (object.kind === "CustomResourceDefinition") continue;
      visit(object, note);
      injectedImages(object).forEach(note);
    }
  }
  return [...found].sort();
}

interface KubernetesObject {
  readonly kind: string;
  readonly metadata?: { readonly name?: string };
  readonly data?: Readonly<Record<string, unknown>>;
}

function visit(value: unknown, note: (image: string) => void): void {
  if (Array.isArray(value)) {
    for (const item of value) {
      const [, ofArgument] = typeof item === "string" ? (/^--[\w-]*image=(\S+)$/.exec(item) ?? []) : [];
      if (ofArgument !== undefined) note(ofArgument);
      else visit(item, note);
    }
    return;
  }
  if (typeof value !== "object" || value === null) return;
  for (const [key, item] of Object.entries(value)) {
    if (key === "image" && typeof item === "string") note(item);
    else visit(item, note);
  }
}

interface InjectorValues {
  readonly global?: {
    readonly hub?: string;
    readonly tag?: string;
    readonly variant?: string;
    readonly proxy?: { readonly image?: string };
    readonly proxy_init?: { readonly image?: string };
  };
}

/** What the values in istiod's ConfigMap `istio-sidecar-injector` make of an image. */
function injectedImages({ kind, metadata, data }: KubernetesObject): readonly string[] {
  const values = data?.["values"];
  const isInjector = kind === "ConfigMap" && metadata?.name?.startsWith("istio-sidecar-injector") === true;
  if (!isInjector || typeof values !== "string") return [];
  const { global = {} } = JSON.parse(values) as InjectorValues;
  const { hub = "", tag = "", variant = "" } = global;
  return [global.proxy?.image, global.proxy_init?.image].flatMap((image) => {
    if (image === undefined || image === "") return [];
    if (image.includes("/")) return [image];
    return [`${hub}/${image}:${tag}${variant === "" ? "" : `-${variant}`}`];
  });
}
