import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import type { ProgressEvent, ProviderlessOptions } from "../../../rehearsal/deploy/without-providers/options";
import { parseStack } from "../../../rehearsal/stack/read-stack";
import type { OutputValues } from "../../../rehearsal/terraform/evaluate";
import { type Call, failed, fakeCommands } from "../rehearsal/fake-commands";

interface FakeRelease {
  status: string;
  chart: string;
  values: unknown;
}

interface FakeNamespace {
  labels: Record<string, string>;
}

/** What Helm, kubectl and Terraform would answer for a cluster that is only remembered. */
export class FakeCluster {
  /** By `namespace/name`. */
  public readonly releases = new Map<string, FakeRelease>();
  public readonly namespaces = new Map<string, FakeNamespace>();
  /** What `kubectl get` shows of other kinds. */
  public readonly objects = new Map<string, unknown>();
  /** Names of releases that Helm cannot install, and what it says. */
  public readonly broken = new Map<string, string>();
  public readonly calls: readonly Call[];
  public readonly progress: string[] = [];
  private readonly run;

  /** @param evaluate stands in for Terraform's core: values of outputs by name, from the expressions */
  public constructor(
    private readonly evaluate: (name: string, template: unknown) => unknown = (_, template) => template,
  ) {
    const { run, calls } = fakeCommands((call) => this.answer(call));
    this.run = run;
    this.calls = calls;
  }

  /** Options to deploy a `cdk.tf.json` to this cluster. */
  public options(json: unknown): ProviderlessOptions {
    return {
      stack: parseStack(json, "/project/stacks/prod-mesh"),
      programs: { helm: "helm", kubectl: "kubectl", terraform: "terraform" },
      environment: { KUBECONFIG: "/kubeconfig", HELM_NAMESPACE: "elsewhere", TF_WORKSPACE: "other" },
      run: this.run,
      onProgress: ({ state, title }: ProgressEvent) => this.progress.push(`${state} ${title}`),
    };
  }

  /** The commands that change something. */
  public get changes(): readonly string[] {
    const changing = /^(helm (upgrade|uninstall|rollback)|kubectl (apply|delete|label|annotate)) /;
    return this.calls.map(({ line }) => line).filter((line) => changing.test(line));
  }

  private answer(call: Call): string {
    const { line, args } = call;
    const [program = "", verb = "", ...rest] = line.split(" ");
    switch (`${program} ${verb}`) {
      case "helm list":
        return JSON.stringify(this.listed());
      case "helm get":
        return JSON.stringify(this.releases.get(`${option(args, "--namespace")}/${args[2] ?? ""}`)?.values);
      case "helm upgrade":
        return this.install(call, rest[0] ?? "");
      case "helm uninstall":
        this.releases.delete(`${option(args, "--namespace")}/${rest[0] ?? ""}`);
        return "";
      case "kubectl apply":
        return this.apply(call.input ?? "");
      case "kubectl delete":
        this.namespaces.delete(rest[1] ?? "");
        return "";
      case "kubectl label":
        this.unlabel(rest[1] ?? "", rest.slice(2));
        return "";
      case "kubectl get":
        return this.get(rest);
      case "terraform apply":
        return "";
      case "terraform output":
        return JSON.stringify(this.outputs(call.cwd ?? ""));
      default:
        throw failed(line, "nobody expects this command");
    }
  }

  private listed() {
    return [...this.releases].map(([key, { status, chart }]) => {
      const [namespace, name] = key.split("/");
      return { name, namespace, status, chart, revision: "1" };
    });
  }

  private install({ line, args }: Call, name: string): string {
    const said = this.broken.get(name);
    if (said !== undefined) throw failed(line, said);
    const file = option(args, "--values");
    const values: unknown = file === "" ? null : parse(readFileSync(file, "utf8"), { version: "1.1" });
    const version = option(args, "--version");
    const chart =
      version === "" ? "manifests-1.0.0" : `${(args[2] ?? "").split("/").at(-1) ?? ""}-${version}`;
    this.releases.set(`${option(args, "--namespace")}/${name}`, { status: "deployed", chart, values });
    return "";
  }

  private apply(manifest: string): string {
    const { metadata } = JSON.parse(manifest) as {
      metadata: { name: string; labels?: Record<string, string> };
    };
    const { labels: before } = this.namespaces.get(metadata.name) ?? { labels: {} };
    const own = { "kubernetes.io/metadata.name": metadata.name };
    this.namespaces.set(metadata.name, { labels: { ...before, ...own, ...metadata.labels } });
    return JSON.stringify({ metadata: this.namespaces.get(metadata.name) });
  }

  private unlabel(name: string, keys: readonly string[]): void {
    const labels = this.namespaces.get(name)?.labels ?? {};
    const kept = Object.entries(labels).filter(([key]) => !keys.includes(`${key}-`));
    this.namespaces.set(name, { labels: Object.fromEntries(kept) });
  }

  private get([kind = "", name = ""]: readonly string[]): string {
    if (kind === "namespace") {
      const found = this.namespaces.get(name);
      return found === undefined ? "" : JSON.stringify({ metadata: { name, ...found } });
    }
    const found = this.objects.get(kind);
    return found === undefined ? "" : JSON.stringify(found);
  }

  private outputs(folder: string): OutputValues {
    const { output } = JSON.parse(readFileSync(join(folder, "main.tf.json"), "utf8")) as {
      output: Record<string, { value: unknown; sensitive?: boolean }>;
    };
    return Object.fromEntries(
      Object.entries(output).map(([name, { value, sensitive = false }]) => [
        name,
        { sensitive, type: "string", value: this.evaluate(name, value) },
      ]),
    );
  }
}

function option(args: readonly string[], name: string): string {
  const at = args.indexOf(name);
  return at === -1 ? "" : (args[at + 1] ?? "");
}
