import { queryOptions } from "@tanstack/react-query";
import { listRoles } from "../../api/generated/sdk.gen.ts";

/** All roles, and every permission that there is. */
export const rolesQuery = queryOptions({
  queryKey: ["roles"],
  queryFn: async ({ signal }) => (await listRoles({ signal })).data,
});
