import { smoke } from "./cli";

/** Ctrl-C and a pipeline's end of patience stop the probing; what is known is still reported. */
const interrupted = new AbortController();
for (const name of ["SIGINT", "SIGTERM"] as const) {
  process.once(name, () => {
    interrupted.abort();
  });
}

for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    // Whoever read the report (`| head`) has seen enough.
    if (error.code !== "EPIPE") throw error;
  });
}

void smoke(process.argv.slice(2), {
  stdout: process.stdout,
  stderr: process.stderr,
  environment: process.env,
  projectRoot: __PROJECT_ROOT__,
  signal: interrupted.signal,
}).then((status) => {
  process.exitCode = status;
  // A probe that was given up may still hold a socket.
  process.stdout.write("", () => process.exit());
});
