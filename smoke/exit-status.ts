import { printable } from "./printable";

/** How the project's commands end. */
export const exitStatus = {
  passed: 0,
  /** What is checked does not hold. */
  failed: 1,
  /** Wrong usage or invalid input. */
  wrongInput: 2,
  /** Time ran out, or the run was interrupted, while something was still on its way. */
  timeRanOut: 3,
  /** A mistake of the program itself: EX_SOFTWARE of sysexits.h. */
  internalFault: 70,
} as const;

/**
 * What is printed of an error that nothing in the program expects: it asks to be reported, and says how.
 *
 * @param debug whether the environment has DEBUG, which adds the trace
 */
export function internalFaultText(command: string, error: unknown, debug: boolean): string {
  const { name, message } = error instanceof Error ? error : { name: "Error", message: String(error) };
  const head = `${command}: internal fault: ${printable(`${name}: ${message}`, 500)}`;
  if (debug && error instanceof Error && error.stack !== undefined) {
    const trace = error.stack.split("\n").slice(0, 30);
    return `${[head, ...trace.map((line) => `  ${printable(line, 300).trim()}`)].join("\n")}\n`;
  }
  const advice = `This is a mistake of '${command}' itself. Please report it with what the same command prints with DEBUG=1.`;
  return `${head}\n${advice}\n`;
}
