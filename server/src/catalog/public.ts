export {
  createSkuDirectory,
  type SkuDirectory,
  type SkuDirectoryOptions,
  type SkuEntry,
  type SkuShipping,
} from "./directory.ts";
export { skuImportKind } from "./import-skus.ts";
