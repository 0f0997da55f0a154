import { randomUUID } from "node:crypto";
import { Command, Option } from "commander";
import { describe, runScratchCommand } from "../../rehearsal/render/scratch-command";
import { exitStatus } from "../../smoke/exit-status";
import { fromElsewhere } from "./bill";
import { type BillFormat, billFormats, formatBill } from "./formats";
import { makeBill } from "./make-bill";

interface BillOptions {
  readonly format: BillFormat;
  readonly digests: boolean;
  readonly onlyFrom?: string;
}

const command = new Command("npm run bill-of-materials --")
  .description("Lists the charts, images and providers that an environment is made of.")
  .argument("<environment>", "name of a file in environments/")
  .addOption(
    new Option("--format <name>", "text, json, spdx (2.3) or cyclonedx (1.6)")
      .choices(billFormats)
      .default("text"),
  )
  .option("--no-digests", "do not ask registries for the digests of images")
  .option(
    "--only-from <registry>",
    "fail where a chart or an image is not of this registry, such as registry.test/mirror",
  )
  .addHelpText(
    "after",
    `
Images are those of the rendered manifests, with the proxy that Istio injects. Digests come from crane, skopeo or oras,
the first that is on the PATH; without one of them, or without an answer, an image is listed by its tag. A cluster's own
images, such as those of EKS's add-ons, are its cloud's and not listed.

Exit status: 0 listed, 1 not all of it, or something is not of the registry, 2 wrong usage or an invalid environment file.`,
  );
void runScratchCommand(command, async (scratch) => {
  const [name = ""] = command.args;
  const { format, digests, onlyFrom } = command.opts<BillOptions>();
  const { bill, failures, withoutDigests } = await makeBill(name, __PROJECT_ROOT__, scratch, digests);
  process.stdout.write(formatBill(bill, format, { time: new Date(), id: randomUUID() }));
  if (withoutDigests !== undefined) process.stderr.write(`Without digests: ${withoutDigests}.\n`);
  for (const { release, error } of failures) {
    process.stderr.write(`Images not known: ${release}: ${describe(error)}\n`);
  }
  const elsewhere = onlyFrom === undefined ? [] : fromElsewhere(bill, onlyFrom.replace(/\/$/, ""));
  for (const each of elsewhere) process.stderr.write(`Not from ${String(onlyFrom)}: ${each}\n`);
  return failures.length + elsewhere.length === 0 ? exitStatus.passed : exitStatus.failed;
}).then((status) => {
  process.exitCode = status;
});
