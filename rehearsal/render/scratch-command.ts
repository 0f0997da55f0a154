import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Command, CommanderError } from "commander";
import { InputError } from "./synthesize";

/** What a person reads of an error, in one line. */
type MessageOf = (error: Error) => string;

const ownMessage: MessageOf = ({ message }) => message;

/** An error with what caused it; what was wrong with the input says enough alone. */
export function describe(error: unknown, messageOf: MessageOf = ownMessage): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error && !(error instanceof InputError)
    ? `${messageOf(error)}\n  ${describe(error.cause, messageOf)}`
    : messageOf(error);
}

/**
 * Runs a command line whose work leaves nothing behind but what it prints or writes on purpose.
 *
 * @param work gets the parsed command and a folder that is removed after it
 * @returns the exit status: that of the work, 1 where it throws, 2 for wrong usage and an {@link InputError}
 */
export async function runScratchCommand(
  command: Command,
  work: (scratch: string) => Promise<number>,
  messageOf: MessageOf = ownMessage,
): Promise<number> {
  try {
    command.exitOverride().parse();
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    throw error;
  }
  const scratch = mkdtempSync(join(tmpdir(), "istio-cdktf-"));
  try {
    return await work(scratch);
  } catch (error) {
    process.stderr.write(`${describe(error, messageOf)}\n`);
    return error instanceof InputError ? 2 : 1;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}
