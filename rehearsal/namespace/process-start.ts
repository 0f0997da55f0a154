import { readFileSync } from "node:fs";

/** The start time of a process in clock ticks since boot; undefined where there is none, or it has ended. */
export function startTicksOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid.toString()}/stat`, "utf8");
    // The command's name is in parentheses and may hold spaces; the 22nd field counts from before it.
    const [state, ...fields] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    // One that has ended stays in the table until its parent asks for its status.
    return state === "Z" || state === "X" ? undefined : fields[18];
  } catch {
    return undefined;
  }
}
