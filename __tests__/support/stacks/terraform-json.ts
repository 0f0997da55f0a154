/** The JSON of a stack without cdktf's `//` comments, as text: some tools take them for resources. */
export function withoutComments(stack: object): string {
  return JSON.stringify(stack, (key, value: unknown) => (key === "//" ? undefined : value), 2);
}
