/** The merchant's own codes of SKUs, locations, channels and networks. They may stand in a path, percent-encoded. */
export const CODE_PATTERN = "^[A-Za-z0-9][A-Za-z0-9._:/-]{0,63}$";
const CODE = new RegExp(CODE_PATTERN);

export function isCode(text: string): boolean {
  return CODE.test(text);
}
