import { type EventEmitter } from "node:events";

import { type RunFolder } from "./run-folder";

const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** As a shell has it for a command that was ended by Ctrl-C. */
const interruptedStatus = 130;

/** What of this process is needed to end it in order. */
export type EndingProcess = Pick<EventEmitter, "once" | "off"> & { exit(status: number): void };

/** Does what comes before a session has a process of its own; its folder goes when that is interrupted. */
export async function whilePreparing<T>(
  folder: RunFolder,
  work: () => Promise<T>,
  self: EndingProcess = process,
): Promise<T> {
  const abandon = () => {
    folder.remove();
    self.exit(interruptedStatus);
  };
  for (const signal of signals) self.once(signal, abandon);
  try {
    return await work();
  } finally {
    for (const signal of signals) self.off(signal, abandon);
  }
}
