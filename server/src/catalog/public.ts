export { createSkuDirectory, type SkuDirectory, type SkuDirectoryOptions, type SkuEntry } from "./directory.ts";
export { skuImportKind } from "./import-skus.ts";
