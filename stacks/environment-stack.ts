import { TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import { terraformJson } from "../config/literal-text";

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

  /** Terraform's JSON. cdktf itself would leave `${` and `%{` to be read as templates. */
  public override toTerraform(): unknown {
    return terraformJson<unknown>(super.toTerraform());
  }
}
