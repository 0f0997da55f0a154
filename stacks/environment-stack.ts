import { TerraformElement, TerraformOutput, TerraformStack } from "cdktf";
import { deepMerge } from "cdktf/lib/util";
import type { Construct, IConstruct } from "constructs";
import { terraformJson } from "../config/literal-text";
import { resolveTokens } from "./resolve-tokens";

/** A stack of an environment: the texts of its file reach Terraform as they stand there. */
export abstract class EnvironmentStack extends TerraformStack {
  public constructor(scope: Construct, id: string) {
    super(scope, id);
    // An older Terraform would stop at an argument it does not know, with an error that names no version.
    this.addOverride("terraform.required_version", ">= 1.11");
  }

  /**
   * Nothing: cdktf would resolve the whole stack a first time, for references to other stacks, which are plain names
   * here, and for a missing backend, which every stack sets.
   */
  public override prepareStack(): void {
    return;
  }

  /**
   * Terraform's JSON, as cdktf makes it, with two differences: `${` and `%{` of a user's text are no templates, and what
   * has no token is not looked at three times for one.
   */
  public override toTerraform(): unknown {
    const elements = this.node.findAll().filter(isElement);
    const overrides = this["rawOverrides"] as object;
    const metadata = {
      version: this.node.tryGetContext("cdktfVersion") as string,
      stackName: this.node.id,
      overrides: { stack: Object.keys(overrides) },
    };
    const outputs = Object.fromEntries(
      elements
        .filter((element) => TerraformOutput.isTerraformOutput(element))
        .map((output) => [output.node.id, output.friendlyUniqueId]),
    );
    const json = { "//": { metadata, outputs: { [this.node.id]: outputs } } };
    for (const element of elements) {
      deepMerge(metadata, resolveTokens(element.toMetadata(), this));
      deepMerge(json, resolveTokens(element.toTerraform(), this));
    }
    return terraformJson<unknown>(deepMerge(json, overrides));
  }
}

function isElement(construct: IConstruct): construct is TerraformElement {
  return TerraformElement.isTerraformElement(construct);
}
