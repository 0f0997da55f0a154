import { type StepOutcome } from "../session/steps";

/** A way to bring a synthesized mesh stack onto the rehearsal's cluster and to take it away again. */
export interface Deployment {
  /** What the report's first line says of it. */
  readonly title: string;
  apply(signal: AbortSignal): Promise<StepOutcome>;
  /** Checks that a second run would change nothing. */
  planAgain(): Promise<StepOutcome>;
  /** The stack's outputs in the form of `terraform output -json`. */
  outputs(): Promise<string>;
  destroy(): Promise<StepOutcome>;
}
