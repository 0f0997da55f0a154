import { StepFailure, type StepOutcome } from "../steps";

/** A way to bring a synthesized mesh stack onto the rehearsal's cluster and to take it away again. */
export interface Deployment {
  /** What the report's first line says of it. */
  readonly title: string;
  /**
   * @param name the log's, where a stack is applied more than once
   * @throws DeploymentFailure
   */
  apply(signal: AbortSignal, name?: "apply" | "apply-again"): Promise<StepOutcome>;
  /** Checks that a second run would change nothing. */
  planAgain(): Promise<StepOutcome>;
  /**
   * What a plan of another stack in this one's place would change, such as `update helm_release.books`; nothing is.
   *
   * @param stackJson its `cdk.tf.json`, with the assets of this one
   */
  planOf(stackJson: string): Promise<readonly string[]>;
  /** The stack's outputs in the form of `terraform output -json`. */
  outputs(): Promise<string>;
  destroy(): Promise<StepOutcome>;
}

/** A deployment in which something failed. */
export class DeploymentFailure extends StepFailure {
  constructor(
    message: string,
    override readonly log: string,
    /** Addresses of the blocks that failed, as far as they are known. */
    readonly addresses: readonly string[],
  ) {
    super(message, log);
  }
}
