/** The smoke test cannot start: what was found, where, and what to do. Exit status 2. */
export class InputError extends Error {
  override readonly name = "InputError";
}
