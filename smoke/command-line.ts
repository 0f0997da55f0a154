import { Command, InvalidArgumentError, Option } from "commander";

/** The options of `npm run smoke`, as commander hands them over. */
export interface CommandOptions {
  readonly url?: string;
  readonly host?: string;
  readonly outputs?: string;
  readonly hcp?: string;
  readonly gateway?: string;
  readonly kubeconfig?: string;
  readonly context?: string;
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly timeout: number;
  readonly tries: number;
  readonly requestTimeout: number;
  readonly slowAfter: number;
  readonly expectBody?: string;
  readonly expectMtls?: "strict" | "permissive";
  readonly sendFrom?: "exec" | "pod";
  readonly probeImage?: string;
  readonly json?: true;
  readonly junit?: string;
  readonly html?: string;
  readonly github?: true;
  readonly watch?: true;
  readonly for?: number;
  readonly interval: number;
  readonly connections: "new" | "reuse";
}

const unitMs = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 } as const;

/** Timers of Node end at 2^31 milliseconds: a longer one would fire at once. */
const longestHours = 480;

/** Reads `500ms`, `30s`, `10m`, `2h`, or a number of seconds, into milliseconds. */
export function parseDuration(text: string): number {
  const [, amount, unit = "s"] = /^(\d{1,12}(?:\.\d{1,6})?)(ms|s|m|h)?$/.exec(text) ?? [];
  if (amount === undefined)
    throw new InvalidArgumentError("A duration such as 500ms, 30s, 10m or 2h is expected.");
  const milliseconds = Number(amount) * unitMs[unit as keyof typeof unitMs];
  if (milliseconds > longestHours * unitMs.h)
    throw new InvalidArgumentError(`A duration of at most ${longestHours}h is expected.`);
  return milliseconds;
}

/** The same where a moment is the least that makes sense. */
export function parseTimeLimit(text: string): number {
  const milliseconds = parseDuration(text);
  if (milliseconds >= 1) return milliseconds;
  throw new InvalidArgumentError("A duration of at least 1ms is expected.");
}

function parseInterval(text: string): number {
  const milliseconds = parseDuration(text);
  if (milliseconds >= 1 || milliseconds === 0) return milliseconds;
  throw new InvalidArgumentError("0, or a duration of at least 1ms is expected.");
}

const duration = (
  name: string,
  description: string,
  value: number,
  shown: string,
  parse: (text: string) => number = parseDuration,
) => new Option(`${name} <duration>`, description).argParser(parse).default(value, shown);

function parseTries(text: string): number {
  const tries = Number(text);
  if (Number.isInteger(tries) && tries >= 1 && tries <= 1000) return tries;
  throw new InvalidArgumentError("A whole number from 1 to 1000 is expected.");
}

const exitStatus = `
Exit status: 0 all layers pass, 1 a layer failed, 2 wrong usage or input, 3 time ran out while
something was still on its way, 70 a fault of this program (DEBUG=1 shows where).
With --watch: 0 every request was answered, 1 one was not.

Layers: outputs, kubernetes, dns, tcp, tls, envoy, route, negative, checks. docs/smoke.md lists every fault
and its remedy. Proxies (HTTP_PROXY) are not used.`;

/** Defines the command line. */
export function smokeCommand(): Command {
  return new Command("npm run smoke --")
    .description("Proves from outside that a deployed gateway serves, or names the layer that does not.")
    .argument("[environment]", "reads the outputs of cdktf.out/stacks/<environment>-mesh with Terraform")
    .optionsGroup("What to probe (the first that is given counts):")
    .option("--url <url>", "probe this URL")
    .option(
      "--outputs <file>",
      "'terraform output -json', or 'cdktf deploy --outputs-file'; - is standard input",
    )
    .option("--hcp <organization/workspace>", "outputs of HCP Terraform or Terraform Enterprise")
    .option("--gateway <name>", "a gateway of the output 'gateways' instead of the first")
    .option("--host <name>", "Host header and server name, with --url")
    .optionsGroup("How to probe:")
    .option(
      "--kubeconfig <file>",
      "look into the cluster, too; default with --context: KUBECONFIG or ~/.kube/config",
    )
    .option("--context <name>", "context of the kubeconfig")
    .option("--ca <file>", "PEM file of the CA to trust, instead of the outputs' and the system's")
    .option("--cert <file>", "PEM file of a client certificate to show, where the gateway asks for one")
    .option("--key <file>", "PEM file of its key")
    .addOption(duration("--timeout", "wait so long for what may still come", 300_000, "5m"))
    .option("--tries <n>", "the route answers 200 so often in a row", parseTries, 3)
    .addOption(
      duration("--request-timeout", "limit of one connection or request", 5000, "5s", parseTimeLimit),
    )
    .addOption(duration("--slow-after", "a right answer that takes longer is a fault", 2000, "2s"))
    .option("--expect-body <text>", "the health answer contains this")
    .addOption(
      new Option(
        "--expect-mtls <mode>",
        "a plain request to the workload is refused (strict) or served; needs a kubeconfig",
      ).choices(["strict", "permissive"]),
    )
    .addOption(
      new Option(
        "--send-from <how>",
        "make the checks that come from a workload, too: with curl in its own container (exec), or in a pod made beside it and removed again (pod); needs a kubeconfig",
      ).choices(["exec", "pod"]),
    )
    .option("--probe-image <image>", "with curl, for --send-from pod; default: the workload's sidecar's")
    .optionsGroup("Report:")
    .option("--json", "as JSON on standard output")
    .option("--junit <file>", "as JUnit XML")
    .option("--html <file>", "as one HTML page")
    .option("--github", "as annotations and step summary of GitHub Actions")
    .optionsGroup("Watching:")
    .option("--watch", "keep probing, count failures and latencies; Ctrl-C ends it with a summary")
    .option("--for <duration>", "end --watch after this time", parseTimeLimit)
    .addOption(
      duration(
        "--interval",
        "between two requests of --watch; 0 sends as fast as answered",
        100,
        "100ms",
        parseInterval,
      ),
    )
    .addOption(
      new Option("--connections <mode>", "a new connection for each request of --watch, or kept ones")
        .choices(["new", "reuse"])
        .default("new"),
    )
    .addHelpText("after", exitStatus);
}

/** What is wrong with a combination of options; undefined when nothing is. */
export function misuse(environment: string | undefined, options: CommandOptions): string | undefined {
  const { url, host, outputs, hcp, gateway, expectMtls, kubeconfig, context, watch } = options;
  if ([url, outputs, hcp, environment].every((source) => source === undefined)) {
    return "name an environment, or give --outputs, --url or --hcp";
  }
  if (host !== undefined && url === undefined) return "--host goes with --url; outputs carry their own host";
  if (gateway !== undefined && url !== undefined) return "--gateway chooses among outputs; --url has none";
  if (expectMtls !== undefined && kubeconfig === undefined && context === undefined) {
    return "--expect-mtls asks the API server: give --kubeconfig or --context";
  }
  if ((options.cert === undefined) !== (options.key === undefined)) {
    return `--${options.cert === undefined ? "key" : "cert"} goes with --${options.cert === undefined ? "cert" : "key"}: a client certificate is shown with its key`;
  }
  const { sendFrom, probeImage } = options;
  if (sendFrom !== undefined && kubeconfig === undefined && context === undefined) {
    return "--send-from sends from inside the cluster: give --kubeconfig or --context";
  }
  if (sendFrom !== undefined && (url !== undefined || watch)) {
    return "--send-from makes the checks of the outputs: it goes with neither --url nor --watch";
  }
  if (probeImage !== undefined && sendFrom !== "pod") return "--probe-image goes with --send-from pod";
  const { junit, html, github } = options;
  if (watch && [junit, html, github].some((report) => report !== undefined)) {
    return "--watch prints its own summary, or --json; --junit, --html and --github are reports of the layers";
  }
  if (options.for !== undefined && watch === undefined) return "--for goes with --watch";
  return undefined;
}
