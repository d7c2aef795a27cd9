import { ALL_PERMISSIONS, ALL_RIGHTS, createApiKey } from "../../access/public.ts";
import { withDatabase } from "./with-database.ts";

export interface KeyOptions {
  permission: string[];
  channel: string[];
  location: string[];
  expires?: string;
}

/** `orrery key NAME`: makes an API key and prints it; it is not shown again. */
export async function keyCommand(name: string, options: KeyOptions): Promise<void> {
  await withDatabase("key", async (database) => {
    const { secret } = await database.transaction((transaction) =>
      createApiKey(transaction, {
        key: {
          name,
          permissions: options.permission.length > 0 ? options.permission : [...ALL_PERMISSIONS],
          ...(options.channel.length > 0 ? { channelCodes: options.channel } : {}),
          ...(options.location.length > 0 ? { locationCodes: options.location } : {}),
          ...(options.expires === undefined ? {} : { expiresAt: new Date(options.expires).toISOString() }),
        },
        grantor: ALL_RIGHTS,
        origin: { actor: "system:cli", requestId: null },
        now: new Date(),
      }),
    );
    process.stdout.write(`${secret}\n`);
  });
}
