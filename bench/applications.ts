import { readFileSync } from "node:fs";
import { parseDocument } from "yaml";
import type { Report } from "../rehearsal/report/report";
import type { SmokeReport } from "../smoke/report/smoke-report";
import type { BenchRow } from "./row";

/** The check of Bookinfo whose requests pass the gateway and two sidecars: reviews asks ratings. */
const measuredCheck = "jason sees black stars";

/** Bookinfo's environment, with a thousand requests through the gateway and two sidecars. */
export function withThousandRequests(environment: string): string {
  const document = parseDocument(environment);
  const { checks = [] } = document.toJS() as { readonly checks?: readonly { readonly name: string }[] };
  const index = checks.findIndex(({ name }) => name === measuredCheck);
  if (index === -1) throw new Error(`bookinfo has no check '${measuredCheck}'`);
  document.setIn(["checks", index, "repeat"], 1000);
  return document.toString();
}

/** Seconds that those requests took, by the report of the rehearsal's smoke test. */
export function secondsOfThousandRequests({ steps }: Pick<Report, "steps">): number {
  const { log } = steps.find(({ title }) => title === "smoke test") ?? {};
  if (log === undefined) throw new Error("the report names no log of a smoke test");
  const { layers } = JSON.parse(readFileSync(log, "utf8")) as SmokeReport;
  const found = layers.flatMap(({ checks }) => checks).find(({ name }) => name === measuredCheck);
  if (found === undefined) throw new Error(`the smoke test did not check '${measuredCheck}'`);
  return found.durationMs / 1000;
}

/** What a rehearsal of Bookinfo took, in seconds. */
export interface BookinfoRehearsal {
  /** From the command's start to the passed checks. */
  readonly healthy: number;
  readonly thousandRequests: number;
}

/** Rows of what an application adds to a rehearsal of `local`. */
export function applicationRows(
  { healthy, thousandRequests }: BookinfoRehearsal,
  localHealthy: number,
): BenchRow[] {
  return [
    {
      name: "rehearsal: Bookinfo's command to all checks passed, beyond local's own time, against 20 s",
      ratio: (healthy - localHealthy) / 20,
      limit: 1,
      detail: `${healthy.toFixed(1)} s and ${localHealthy.toFixed(1)} s`,
    },
    {
      name: "rehearsal: 1,000 requests through the gateway and two sidecars, against 5 s",
      ratio: thousandRequests / 5,
      limit: 1,
      detail: `${thousandRequests.toFixed(1)} s`,
    },
  ];
}
