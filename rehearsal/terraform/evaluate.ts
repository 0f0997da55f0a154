import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CommandOptions } from "../namespace/run-command";
import type { Stack } from "../stack/block";
import { addressesInValue, replaceAddresses } from "../stack/references";
import { mapTemplate } from "../stack/template";

/** Runs a command to its end and returns its standard output; rejects when it fails. */
export type RunCommand = (
  command: string,
  args: readonly string[],
  options?: CommandOptions,
) => Promise<string>;

/** An output as `terraform output -json` shows it. */
export interface OutputValue {
  readonly sensitive: boolean;
  readonly type: unknown;
  readonly value: unknown;
}

export type OutputValues = Readonly<Record<string, OutputValue>>;

/** Templates to evaluate. */
export interface Evaluation {
  readonly locals: Stack["locals"];
  /** Values of the blocks whose addresses the templates name. */
  readonly read: ReadonlyMap<string, unknown>;
  /** Address of the block that `self` stands for. */
  readonly self?: string;
  /** By name: letters, digits, `_` and `-`. */
  readonly templates: Readonly<Record<string, { readonly value: unknown; readonly sensitive?: boolean }>>;
}

/** Evaluates templates by Terraform's own core, in a configuration without providers and resources. */
export class Evaluator {
  public constructor(
    private readonly terraform: string,
    private readonly run: RunCommand,
    private readonly environment: NodeJS.ProcessEnv,
  ) {}

  /** @throws Error with Terraform's words where a template cannot be evaluated */
  public async evaluate(evaluation: Evaluation): Promise<OutputValues> {
    if (Object.keys(evaluation.templates).length === 0) return {};
    const folder = mkdtempSync(join(tmpdir(), "istio-cdktf-evaluate-"));
    const options = { cwd: folder, environment: this.cleanEnvironment() };
    try {
      const { configuration, read } = evaluationConfiguration(evaluation);
      writeFileSync(join(folder, "main.tf.json"), JSON.stringify(configuration));
      writeFileSync(join(folder, readFile), JSON.stringify(read));
      await this.run(this.terraform, ["apply", "-auto-approve", "-input=false", "-no-color"], options);
      return JSON.parse(
        await this.run(this.terraform, ["output", "-json", "-no-color"], options),
      ) as OutputValues;
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }

  /** Without what would point Terraform at another workspace, folder or arguments. */
  private cleanEnvironment(): NodeJS.ProcessEnv {
    const own = Object.entries(this.environment).filter(([name]) => !/^TF_/.test(name));
    return { ...Object.fromEntries(own), CHECKPOINT_DISABLE: "1" };
  }
}

const readFile = "read.json";
const readLocal = "values-that-were-read";

/** What Terraform is given to evaluate. */
export interface EvaluationFiles {
  readonly configuration: {
    readonly locals: Readonly<Record<string, unknown>>;
    readonly output: Readonly<Record<string, { readonly value: unknown; readonly sensitive?: boolean }>>;
  };
  /** Values by address. */
  readonly read: Readonly<Record<string, unknown>>;
}

/** The configuration that evaluates templates: what was read is a local, and each template an output. */
export function evaluationConfiguration({ locals, read, self, templates }: Evaluation): EvaluationFiles {
  const replace = (address: string): string | undefined => {
    const owner = self !== undefined && address.startsWith("self.") ? self : address;
    if (!read.has(owner)) return undefined;
    return `local.${readLocal}[${JSON.stringify(owner)}]${address.slice(owner === address ? address.length : 4)}`;
  };
  const rewrite = (value: unknown) =>
    mapStrings(value, (text) => mapTemplate(text, (e) => replaceAddresses(e, replace)));
  const used = localsIn(Object.values(templates), locals);
  const needed = Object.fromEntries(Object.entries(locals).filter(([name]) => used.has(name)));
  return {
    configuration: {
      locals: {
        ...(rewrite(needed) as Record<string, unknown>),
        [readLocal]: `\${jsondecode(file("\${path.module}/${readFile}"))}`,
      },
      output: Object.fromEntries(
        Object.entries(templates).map(([name, { value, sensitive }]) => [
          name,
          { value: rewrite(value), ...(sensitive === true ? { sensitive } : {}) },
        ]),
      ),
    },
    read: Object.fromEntries(read),
  };
}

/** Names of the locals that a value needs, through other locals. */
function localsIn(value: unknown, locals: Stack["locals"]): ReadonlySet<string> {
  const used = new Set<string>();
  const follow = (within: unknown) => {
    for (const address of addressesInValue(within)) {
      const name = address.startsWith("local.") ? address.slice("local.".length) : undefined;
      if (name === undefined || !(name in locals) || used.has(name)) continue;
      used.add(name);
      follow(locals[name]);
    }
  };
  follow(value);
  return used;
}

function mapStrings(value: unknown, map: (text: string) => string): unknown {
  if (typeof value === "string") return map(value);
  if (Array.isArray(value)) return value.map((item) => mapStrings(item, map));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [map(key), mapStrings(item, map)]));
}
