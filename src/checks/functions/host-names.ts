// Names of hosts to addresses and back, as this system knows them: its own list first, then its servers.
import type { LookupAddress } from "node:dns";
import { lookupService } from "node:dns/promises";
import { isIP } from "node:net";
import { hostNames } from "../../transports/host-names.ts";
import type { FunctionHost } from "./function-host.ts";
import { createSlots } from "./slots.ts";

type NameHost = Pick<FunctionHost, "clock" | "signal">;

const deadlineMs = 5000;
/** The system waits for its servers in threads that all file access shares. */
const names = createSlots(2);

/** None where nobody knows, and where nobody answers within 5 s. Never rejects. */
export async function addressesOf(
  name: string,
  { clock, signal }: NameHost,
): Promise<readonly LookupAddress[]> {
  const family = isIP(name);
  if (family !== 0) return [{ address: name, family }];
  if (name === "" || name.includes("\0")) return [];
  const run = (given: AbortSignal) => hostNames.addressesOf({ name, hints: 0 }, given);
  const call = { key: name, run };
  return await names.ask(call, { clock, signal, deadlineMs }).catch(() => []);
}

/** Empty where nobody knows, and where nobody answers within 5 s. Never rejects. */
export async function nameOf(address: string, { clock, signal }: NameHost): Promise<string> {
  if (isIP(address) === 0) return "";
  const call = { key: address, run: () => lookupService(address, 0) };
  const found = await names.ask(call, { clock, signal, deadlineMs }).catch(() => undefined);
  const name = (found?.hostname ?? "").replace(/\.$/, "");
  // A name that nobody knows is answered with the address.
  return isIP(name.replace(/%.*$/s, "")) === 0 ? name : "";
}
