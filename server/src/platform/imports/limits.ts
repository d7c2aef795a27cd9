/** A file of ten million stock rows with long codes. */
export const MAX_FILE_BYTES = 1_073_741_824;
export const MAX_FILE_ROWS = 10_000_000;
/** Row errors that are kept and can be downloaded; all are counted. */
export const MAX_KEPT_ERRORS = 100_000;
/** Uploads that one process reads at once: each takes a connection and up to a megabyte. */
export const MAX_UPLOADS = 4;
/** A client that sends nothing for so long has gone. */
export const UPLOAD_STALL_MS = 30_000;
/** Staged rows are committed at least this often, so that no transaction lasts as long as a slow upload. */
export const SEGMENT_ROWS = 100_000;
export const SEGMENT_MS = 5_000;
/** Longer than a segment and a stall together: an upload whose process died is given up after it. */
export const UPLOAD_LEASE_SECONDS = 90;
/** A worker that died is replaced after this; each chunk renews it. */
export const WORK_LEASE_SECONDS = 20;
/** How often a worker looks for work. */
export const POLL_MS = 250;
/** Staged rows of an ended import that are deleted in one transaction. */
export const DISCARD_ROWS = 50_000;
/** Imports and their errors are kept for so long after they ended. */
export const KEPT_DAYS = 90;
/** How often dead uploads and old imports are looked for. */
export const TIDY_MS = 10_000;
