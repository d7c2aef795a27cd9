/** Where a command finds a running Orrery, and who it is there. */
export interface OrreryAddress {
  url: string;
  key?: string;
}

/** An answer of a running Orrery; anything but a success is an error that says what was asked and what it answered. */
export async function askOrrery(
  options: OrreryAddress,
  method: string,
  path: string,
  init: RequestInit & { duplex?: "half" } = {},
): Promise<Response> {
  const key = options.key ?? process.env["ORRERY_KEY"];
  if (!key) throw new Error("Give an API key: --key or ORRERY_KEY.");
  const response = await fetch(`${options.url}${path}`, {
    ...init,
    method,
    headers: { authorization: `Bearer ${key}`, ...(init.headers as Record<string, string> | undefined) },
  });
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${(await response.text()).slice(0, 500)}`);
  return response;
}
