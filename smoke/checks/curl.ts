import type { WorkloadRequest } from "../../contract/check-request";
import { bodyLimitBytes, type HttpObservation } from "../probes/http-probe";

export interface CurlOptions {
  readonly times: number;
  readonly timeoutMs: number;
  readonly userAgent: string;
  /** A text that no answer holds; it stands behind each. */
  readonly boundary: string;
}

/** curl takes brackets and braces for lists of URLs. */
const escapeGlob = (url: string) => url.replaceAll(/[[\]{}\\]/g, "\\$&");

/**
 * The command that sends a request a number of times over one kept connection, one after the other, and stops at the
 * first that fails.
 */
export function curlCommand(
  { to, method, headers, body }: WorkloadRequest,
  { times, timeoutMs, userAgent, boundary }: CurlOptions,
): readonly string[] {
  const names = Object.keys(headers).map((name) => name.toLowerCase());
  const set = Object.entries(headers).map(([name, value]) =>
    value === "" ? `${name};` : `${name}: ${value}`,
  );
  // What curl adds by itself.
  const unset =
    body === undefined || names.includes("content-type") ? ["Expect:"] : ["Expect:", "Content-Type:"];
  return [
    "curl",
    // Neither a file of settings nor a proxy of the container's environment.
    ...["--disable", "--noproxy", "*"],
    ...["--silent", "--include", "--http1.1", "--fail-early", "--path-as-is"],
    ...["--max-time", (timeoutMs / 1000).toFixed(3)],
    ...(method === "HEAD" ? ["--head"] : ["--request", method]),
    ...(names.includes("user-agent") ? [] : ["--user-agent", userAgent]),
    ...[...set, ...unset].flatMap((header) => ["--header", header]),
    ...(body === undefined ? [] : ["--data-raw", body]),
    ...["--write-out", `\\n${boundary} %{exitcode} %{time_total} %{errormsg}\\n`],
    // The fragment is not sent; its numbers make as many requests.
    `${escapeGlob(to.replace(/#.*$/, ""))}#[1-${times}]`,
  ];
}

function readHeaders(lines: readonly string[]): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const line of lines) {
    const colon = line.indexOf(":");
    if (colon < 1) continue;
    const name = line.slice(0, colon).trim().toLowerCase();
    const value = line.slice(colon + 1).trim();
    const earlier = headers[name];
    headers[name] = earlier === undefined ? value : `${earlier}, ${value}`;
  }
  return headers;
}

/** An answer as it came over the wire; undefined where it is none. */
function readAnswer(text: string, durationMs: number): HttpObservation | undefined {
  let rest = text.replace(/^\s+/, "");
  for (;;) {
    const end = /\r?\n\r?\n/.exec(rest);
    const [statusLine = "", ...lines] = (end === null ? rest : rest.slice(0, end.index)).split(/\r?\n/);
    const [, code] = /^HTTP\/[\d.]+ (\d{3})/.exec(statusLine) ?? [];
    if (code === undefined) return undefined;
    rest = end === null ? "" : rest.slice(end.index + end[0].length);
    const status = Number(code);
    // Hints and "go on" come before the answer.
    if (status < 200 && status !== 101) continue;
    const truncated = Buffer.byteLength(rest) > bodyLimitBytes;
    const body = truncated ? rest.slice(0, bodyLimitBytes) : rest;
    return { kind: "answer", status, headers: readHeaders(lines), body, truncated, durationMs };
  }
}

/**
 * What curl's exit codes mean.
 *
 * @see https://curl.se/libcurl/c/libcurl-errors.html
 */
function readTrouble(code: number, message: string, durationMs: number): HttpObservation {
  const detail = message === "" ? `curl's exit code ${code}` : message;
  const of = (kind: Exclude<HttpObservation["kind"], "answer">, text = detail): HttpObservation => ({
    kind,
    detail: text,
    durationMs,
  });
  switch (code) {
    case 7:
      if (/no route|unreachable/i.test(message)) return of("connect-failed", "unreachable");
      return of("connect-failed", /timed? ?out/i.test(message) ? "timed-out" : "refused");
    case 28:
      return of("silent");
    case 35:
    case 51:
    case 58:
    case 60:
    case 77:
      return of("tls-failed");
    case 52:
      return of("closed");
    case 18:
      return of("closed-mid-body");
    case 55:
    case 56:
      return of("reset");
    case 1:
    case 8:
      return of("not-http");
    default:
      return of("failed");
  }
}

/** Reads what the command printed: an observation for each request that it sent. */
export function readCurl(stdout: string, boundary: string): readonly HttpObservation[] {
  const parts = stdout.split(`\n${boundary} `);
  return parts.slice(1).map((part, index) => {
    const [, exitCode = "0", seconds = "0", message = ""] = /^(\d*) ([\d.]*) ?([^\n]*)/.exec(part) ?? [];
    const durationMs = 1000 * Number(seconds);
    const before = parts[index] ?? "";
    // Behind the previous boundary's own line.
    const text = index === 0 ? before : before.slice(before.indexOf("\n") + 1);
    const code = Number(exitCode);
    const answer = code === 0 ? readAnswer(text, durationMs) : undefined;
    return answer ?? readTrouble(code, code === 0 ? "what came is no HTTP" : message, durationMs);
  });
}
