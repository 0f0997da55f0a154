/** The smoke test cannot start: what was found, where, and what to do. Exit status 2. */
export class InputError extends Error {
  override readonly name: string = "InputError";
}

/** The environment has no gateway that anything comes in by. */
export class NoIngressGateway extends InputError {
  override readonly name = "NoIngressGateway";
}

/** The outputs were still on their way when time ran out. Exit status 3. */
export class OutputsPending extends Error {
  override readonly name = "OutputsPending";
}
