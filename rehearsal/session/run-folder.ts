import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { randomBytes } from "node:crypto";
import { join } from "node:path";

import { startTicksOf } from "../namespace/process-start";
import { otherCacheAdvice, UnusableCache } from "../programs/cache";

/** What is known of a rehearsal that was started on this machine. */
export interface RunRecord {
  readonly environment: string;
  readonly startedAt: string;
  readonly holder?: Holder;
  readonly kept: boolean;
  /** When it ended and took itself down; only its logs are left then. */
  readonly finishedAt?: string;
}

/** The process that holds the namespaces of a rehearsal. */
export interface Holder {
  readonly pid: number;
  /** When it started, for an id may be given again. */
  readonly startTicks: string;
  /** The kinds of namespaces to enter, as options of nsenter. */
  readonly nsenterArguments: readonly string[];
}

const recordName = "run.json";

/** Linux takes no more for the path of a socket. */
const longestSocketPath = 107;

/** The data folder of one rehearsal. */
export class RunFolder {
  constructor(readonly path: string) {}

  /** @throws UnusableCache where the path of its socket would be too long */
  static create(base: string, record: RunRecord): RunFolder {
    const suffix = randomBytes(3).toString("hex");
    const folder = new RunFolder(join(base, "runs", `${record.environment}-${suffix}`));
    const length = Buffer.byteLength(folder.controlSocket);
    if (length > longestSocketPath) {
      throw new UnusableCache(
        `${folder.controlSocket} is too long for a socket, by ${(length - longestSocketPath).toString()} bytes. ${otherCacheAdvice}`,
      );
    }
    mkdirSync(folder.logs, { recursive: true, mode: 0o700 });
    folder.write(record);
    return folder;
  }

  static all(base: string): readonly RunFolder[] {
    const parent = join(base, "runs");
    if (!existsSync(parent)) return [];
    return readdirSync(parent).map((name) => new RunFolder(join(parent, name)));
  }

  get name(): string {
    return this.path.split("/").at(-1) ?? this.path;
  }

  get logs(): string {
    return join(this.path, "logs");
  }

  get controlSocket(): string {
    return join(this.path, "control");
  }

  read(): RunRecord | undefined {
    try {
      return JSON.parse(readFileSync(join(this.path, recordName), "utf8")) as RunRecord;
    } catch {
      return undefined;
    }
  }

  write(record: RunRecord): void {
    writeFileSync(join(this.path, recordName), `${JSON.stringify(record, undefined, 2)}\n`);
  }

  /** Marks the rehearsal as ended. Its logs stay; after a failure the pods' and the control plane's do, too. */
  finish(ok: boolean, now: Date): void {
    const record = this.read();
    if (record !== undefined) this.write({ ...record, finishedAt: now.toISOString() });
    for (const name of ["synthesized", "stack", "packaged-charts", ...(ok ? ["cluster"] : [])]) {
      rmSync(join(this.path, name), { recursive: true, force: true });
    }
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

/** Whether the process of a record is the one that runs under its id now. */
export function isAlive({ holder }: RunRecord): boolean {
  return holder !== undefined && startTicksOf(holder.pid) === holder.startTicks;
}
