import { meshOutputs } from "../../contract/outputs";
import { InputError } from "./input-error";

/** The outputs of one stack, whatever they came from. */
export type OutputValues = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function parseJson(text: string, source: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new InputError(
      `${source} is not JSON: ${(error as Error).message}; write it with 'terraform output -json' or 'cdktf deploy --outputs-file'`,
      { cause: error },
    );
  }
}

const isTerraformOutput = (value: unknown) => isObject(value) && "value" in value && "sensitive" in value;

function unwrapTerraform(outputs: OutputValues, source: string): OutputValues {
  const entries = Object.entries(outputs).map(([name, output]) => {
    const { value, sensitive } = output as { value: unknown; sensitive: boolean };
    if (sensitive && isOfContract(name)) throw sensitiveOutput(name, source);
    return [name, value] as const;
  });
  return Object.fromEntries(entries);
}

/** Whether the contract knows the output; a stack may have others, which are nobody's business here. */
export function isOfContract(name: string): boolean {
  return Object.hasOwn(meshOutputs.shape, name);
}

export function sensitiveOutput(name: string, source: string): InputError {
  return new InputError(
    `output '${name}' of ${source} is sensitive, so its value is not handed out; no output of the mesh stack should be: deploy the stack again as this version synthesizes it`,
  );
}

const looksLikeMesh = (value: unknown): value is OutputValues =>
  isObject(value) && ("healthz_url" in value || "contract_version" in value);

/**
 * Finds the mesh stack's outputs in a document: those of `terraform output -json`, where every name has a
 * `value`, or those of `cdktf deploy --outputs-file`, where names are nested by stack.
 *
 * @param environment - chooses the stack `<environment>-mesh` when the document has several.
 * @throws InputError when there are none, or several to choose from.
 */
export function findMeshOutputs(
  document: unknown,
  source: string,
  environment: string | undefined,
): { values: OutputValues; stack?: string } {
  if (!isObject(document)) throw new InputError(`${source} holds no outputs: an object is expected`);
  const names = Object.keys(document);
  if (names.length === 0) {
    throw new InputError(`${source} holds no outputs: the stack is not deployed yet; deploy it first`);
  }
  if (Object.values(document).every(isTerraformOutput)) {
    const values = unwrapTerraform(document, source);
    if (looksLikeMesh(values)) return { values };
    throw otherStack(source, names);
  }
  if (looksLikeMesh(document)) return { values: document };

  const stacks = Object.entries(document).filter(([, value]) => looksLikeMesh(value));
  const wanted =
    environment === undefined ? stacks : stacks.filter(([name]) => name === `${environment}-mesh`);
  const [first, second] = wanted;
  if (first === undefined) {
    if (stacks.length === 0) throw otherStack(source, names);
    throw new InputError(
      `${source} has no outputs of the stack ${environment}-mesh; it has ${stacks.map(([name]) => name).join(", ")}`,
    );
  }
  if (second !== undefined) {
    const choices = wanted.map(([name]) => name.replace(/-mesh$/, "")).join(", ");
    throw new InputError(
      `${source} has the outputs of several mesh stacks; name the environment as well, one of ${choices}`,
    );
  }
  return { values: first[1] as OutputValues, stack: first[0] };
}

function otherStack(source: string, names: readonly string[]): InputError {
  return new InputError(
    `${source} is not of a mesh stack: it has no healthz_url, but ${names.slice(0, 6).join(", ")}; give the outputs of <environment>-mesh`,
  );
}
