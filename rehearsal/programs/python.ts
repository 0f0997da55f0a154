import { run } from "../namespace/run-command";

const names = ["python3", "python"];

/** The name of a Python on the PATH that runs a module, such as `zipfile` or `pip`. */
export async function pythonWith(module: string): Promise<string | undefined> {
  for (const name of names) {
    const answer = await run(name, ["-c", `import ${module}, sys; print(sys.version_info[0])`]).catch(
      () => "",
    );
    if (answer.trim() === "3") return name;
  }
  return undefined;
}

/** Unpacks a zip archive; unzip programs are not on every machine. */
export async function unzip(python: string, archive: string, folder: string): Promise<void> {
  await run(python, ["-m", "zipfile", "--extract", archive, folder]);
}
