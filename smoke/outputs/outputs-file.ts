import { readFile } from "node:fs/promises";
import { InputError } from "./input-error";
import { parseJson } from "./output-values";

/** Reads a document of outputs from a file, `-` being standard input. */
export async function readOutputsFile(file: string): Promise<unknown> {
  let content: string;
  try {
    content = await readFile(file === "-" ? "/dev/stdin" : file, "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") throw new InputError(`there is no file ${file}`, { cause: error });
    throw new InputError(`${file} cannot be read: ${code ?? String(error)}`, { cause: error });
  }
  if (content.trim() === "") {
    throw new InputError(
      `${file} is empty; 'cdktf deploy --outputs-file' writes it at the end of a deployment`,
    );
  }
  return parseJson(content, file);
}
