import { InputError } from "../outputs/input-error";
import type { CommandOptions } from "../command-line";
import type { Target } from "../target";

/** Not built yet. */
export function watch(target: Target, options: CommandOptions, signal: AbortSignal): Promise<number> {
  return Promise.reject(
    new InputError(`--watch is not built yet ${target.url.href} ${options.interval} ${signal.aborted}`),
  );
}
