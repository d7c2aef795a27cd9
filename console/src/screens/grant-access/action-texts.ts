import { useTranslation } from "react-i18next";
import { humanize } from "../humanize.ts";

/** What the server writes into the audit trail, by the name of the operation; a file is `import.stock` there. */
export const actions = [
  "signIn",
  "signOut",
  "changeOwnPassword",
  "createUser",
  "changeUser",
  "putRole",
  "createApiKey",
  "revokeApiKey",
  "upsertSkus",
  "putSku",
  "patchSku",
  "deactivateSku",
  "upsertLocations",
  "putLocation",
  "patchLocation",
  "deactivateLocation",
  "upsertNetworks",
  "putNetwork",
  "patchNetwork",
  "deleteNetwork",
  "upsertChannels",
  "putChannel",
  "patchChannel",
  "deactivateChannel",
  "recordStockMovements",
  "adjustStock",
  "recordStockSnapshot",
  "resolveShort",
  "importStock",
  "importSkus",
  "importLocations",
  "importNetworks",
  "importChannels",
  "cancelImport",
  "captureOrder",
  "cancelOrder",
  "holdOrder",
  "releaseHold",
  "fireTimer",
  "acceptFulfillmentOrder",
  "startPickingFulfillmentOrder",
  "packFulfillmentOrder",
  "readyFulfillmentOrder",
  "extendFulfillmentOrder",
  "rejectFulfillmentOrder",
  "collectFulfillmentOrder",
  "shipFulfillmentOrder",
  "deliverShipment",
  "loseShipment",
  "reportException",
  "resolveException",
  "saveDocumentDraft",
  "discardDocumentDraft",
  "publishDocument",
  "retireDocument",
  "offerDocumentUpdate",
  "dismissDocumentOffer",
  "retryJobs",
  "skipJobs",
  "assignJobs",
  "retryParkedJobs",
] as const;

/** What was done, in the reader's language. The operation of a newer server reads as its name. */
export function useActionText(): (action: string) => string {
  const { t } = useTranslation();
  return (action) => {
    const key = action.replace(/\.(\w)/, (_, letter: string) => letter.toUpperCase());
    const known = actions.find((each) => each === key);
    return known ? t(`audit.${known}`) : humanize(key);
  };
}
