import { TerraformStack } from "cdktf";
import { terraformJson } from "../config/literal-text";

/** A stack of an environment: the texts of its file reach Terraform as they stand there. */
export abstract class EnvironmentStack extends TerraformStack {
  /** Terraform's JSON. cdktf itself would leave `${` and `%{` to be read as templates. */
  public override toTerraform(): unknown {
    return terraformJson<unknown>(super.toTerraform());
  }
}
