const LONGEST_CODE = 64;

/** The code of a document, from its name: "Fraud review" is fraud-review. Empty: the name has no letter to begin with. */
export function codeOf(title: string): string {
  return title
    .normalize("NFKD")
    .toLowerCase()
    .replaceAll("ß", "ss")
    .replace(/\p{M}/gu, "")
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^[^a-z]+|-+$/g, "")
    .slice(0, LONGEST_CODE)
    .replace(/-+$/, "");
}
