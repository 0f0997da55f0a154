/**
 * A Terraform expression that tells whether two ranges share no address: cut to the shorter prefix they differ.
 *
 * @param one expression of a range, such as `"10.0.0.0/16"`
 * @param other expression of another one
 */
export function areApart(one: string, other: string): string {
  const prefix = (range: string) => `tonumber(split("/", ${range})[1])`;
  const cut = (range: string) =>
    `cidrsubnet(format("%s/%d", split("/", ${range})[0], min(${prefix(one)}, ${prefix(other)})), 0, 0)`;
  return `${cut(one)} != ${cut(other)}`;
}
