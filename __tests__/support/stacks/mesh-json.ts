import { parse } from "yaml";

/** The body of a resource, data source, provider or output. */
export type Block = Readonly<Record<string, unknown>>;
type Blocks = Readonly<Record<string, Readonly<Record<string, Block>>>>;

/** What `cdk.tf.json` holds. */
export interface TerraformJson {
  readonly "//"?: unknown;
  readonly terraform: Block;
  readonly provider: Readonly<Record<string, readonly Block[]>>;
  readonly resource: Blocks;
  readonly data?: Blocks;
  readonly check?: Readonly<
    Record<string, { readonly data: Blocks; readonly assert: readonly { readonly condition: string }[] }>
  >;
  readonly locals?: Readonly<Record<string, unknown>>;
  readonly output: Readonly<Record<string, { readonly value: unknown; readonly sensitive?: boolean }>>;
}

/** A Kubernetes object that a release applies. */
export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
  };
  // Tests look into objects of many kinds.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly spec?: any;
}

/** Chart values as Helm reads them. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type Values = Record<string, any>;

/** A synthesized mesh stack, with the questions that tests ask of it. */
export class MeshJson {
  /** Terraform address of each block that others may refer to, and its body. */
  private readonly blocks = new Map<string, unknown>();

  public constructor(
    public readonly json: TerraformJson,
    /** Paths in the stack's folder. */
    public readonly files: readonly string[],
  ) {
    for (const [prefix, blocks] of [
      ["", json.resource],
      ["data.", json.data ?? {}],
    ] as const) {
      for (const [type, named] of Object.entries(blocks)) {
        for (const [name, body] of Object.entries(named)) this.blocks.set(`${prefix}${type}.${name}`, body);
      }
    }
    for (const [name, value] of Object.entries(json.locals ?? {})) this.blocks.set(`local.${name}`, value);
  }

  /** Names of the Helm releases. */
  public get releaseNames(): string[] {
    return Object.values(this.json.resource["helm_release"] ?? {}).map(({ name }) => String(name));
  }

  /** The Helm release with this name. */
  public release(name: string): Block {
    return this.body(this.releaseAddress(name));
  }

  /** Values of a release, read by YAML 1.1 as Helm does, after Terraform has read its templates. */
  public values(releaseName: string): Values {
    return parse(this.valuesText(releaseName), { version: "1.1" }) as Values;
  }

  /** Values of a release as the text that Terraform hands to Helm. */
  public valuesText(releaseName: string): string {
    const [text] = this.release(releaseName)["values"] as readonly [string];
    return text.replaceAll("$${", "${").replaceAll("%%{", "%{");
  }

  /** The objects of a release of objects. */
  public objects(releaseName: string): readonly KubernetesObject[] {
    return this.values(releaseName)["manifests"] as KubernetesObject[];
  }

  /** The objects of one kind in all releases of objects. */
  public objectsOfKind(kind: string): readonly KubernetesObject[] {
    return (
      this.releaseNames
        // Definitions are an expression that Terraform reads at plan.
        .filter((name) => !this.valuesText(name).startsWith("${") && "manifests" in this.values(name))
        .flatMap((name) => this.objects(name).filter((object) => object.kind === kind))
    );
  }

  /** One object of a release of objects. */
  public object(releaseName: string, kind: string, name: string): KubernetesObject {
    const objects = this.objects(releaseName);
    const found = objects.find((object) => object.kind === kind && object.metadata.name === name);
    if (found === undefined) {
      const present = objects.map((object) => `${object.kind} ${object.metadata.name}`).join(", ");
      throw new Error(`no ${kind} ${name} in ${releaseName}, which holds ${present}`);
    }
    return found;
  }

  /** Labels of each namespace that the stack makes. */
  public get namespaces(): Readonly<Record<string, Readonly<Record<string, string>>>> {
    type Namespace = {
      readonly metadata: { readonly name: string; readonly labels: Record<string, string> };
    };
    const bodies = Object.values(
      this.json.resource["kubernetes_namespace_v1"] ?? {},
    ) as unknown as Namespace[];
    return Object.fromEntries(bodies.map(({ metadata }) => [metadata.name, metadata.labels]));
  }

  /** Values of the outputs, as expressions where they are known only after apply. */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  public get outputs(): Record<string, any> {
    return Object.fromEntries(Object.entries(this.json.output).map(([name, { value }]) => [name, value]));
  }

  /** The only data source of a type. */
  public onlyData(type: string): Block {
    const found = Object.values(this.json.data?.[type] ?? {});
    if (found.length !== 1 || found[0] === undefined) throw new Error(`${found.length} data sources ${type}`);
    return found[0];
  }

  /** Terraform address of a Helm release. */
  public releaseAddress(name: string): string {
    return this.addressOf("helm_release", (body) => body["name"] === name, name);
  }

  /** Terraform address of a namespace. */
  public namespaceAddress(name: string): string {
    const named = (body: Block) => (body["metadata"] as Block)["name"] === name;
    return this.addressOf("kubernetes_namespace_v1", named, name);
  }

  /** Address of the data source that looks at the istiod which runs in the cluster. */
  public get guardAddress(): string {
    const looksAtIstiod = (body: Block) => body["label_selector"] === "app=istiod";
    return this.addressOf("data.kubernetes_resources", looksAtIstiod, "of istiod");
  }

  /** Whether Terraform has `prerequisite` ready before it begins with `address`, directly or by others. */
  public follows(address: string, prerequisite: string): boolean {
    const seen = new Set<string>();
    const waiting = [address];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      for (const before of this.prerequisites(next)) {
        if (before === prerequisite) return true;
        if (!seen.has(before)) waiting.push(before);
        seen.add(before);
      }
    }
    return false;
  }

  /** Addresses that a block names, in `depends_on` and in expressions. */
  private prerequisites(address: string): string[] {
    const words = JSON.stringify(this.body(address)).match(/(data\.)?[a-z][a-z0-9_]*\.[A-Za-z0-9_-]+/g) ?? [];
    return words.filter((word) => this.blocks.has(word) && word !== address);
  }

  private body(address: string): Block {
    const body = this.blocks.get(address);
    if (body === undefined) throw new Error(`nothing is called ${address}`);
    return typeof body === "object" ? (body as Block) : { body };
  }

  private addressOf(type: string, matches: (body: Block) => boolean, what: string): string {
    const [, body] = /^(?:data\.)?(.*)$/.exec(type) ?? [];
    const blocks = type.startsWith("data.") ? this.json.data : this.json.resource;
    const named = Object.entries(blocks?.[body ?? ""] ?? {});
    const found = named.find(([, candidate]) => matches(candidate));
    if (found === undefined) throw new Error(`no ${type} ${what} among ${named.length}`);
    return `${type}.${found[0]}`;
  }
}
