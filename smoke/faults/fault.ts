/** A way in which a deployment can be broken, or not there yet. */
export interface Fault {
  /** What is wrong, as a heading. */
  readonly title: string;
  /**
   * Whether waiting cures it: `by-itself` is a normal stage of a deployment, `maybe` is an error that often
   * passes while a deployment settles, and after `never` there is nothing to wait for.
   */
  readonly settles: "by-itself" | "maybe" | "never";
  /** What a person does next. */
  readonly next: string;
}
