// `local.redis.password`: a level, a pack and one of its parameters, as the command line names them.
import { AgentError } from "../../kernel/errors.ts";
import { nearestKey } from "../nearest-key.ts";
import { type Pack, packAddress } from "./pack.ts";
import type { PackSet } from "./pack-set.ts";

export interface ParameterAddress {
  readonly pack: Pack;
  readonly key: string;
  /** Absolute; `editParameter` and `getParameter` take it. */
  readonly file: string;
  /** False of shipped packs: they are replaced with the agent, so overload them first. */
  readonly editable: boolean;
}

/** The pack at `global.redis`. Throws `usage.wrong`. */
export function findPack({ packs }: Pick<PackSet, "packs">, address: string): Pack {
  const pack = packs.find((one) => packAddress(one) === address);
  if (pack !== undefined) return pack;
  throw unknownPack(address, packs);
}

/** The parameter at `local.redis.password`; whether the key is in the file, reading it tells. Throws `usage.wrong`. */
export function findParameter({ packs }: Pick<PackSet, "packs">, address: string): ParameterAddress {
  // Names may hold dots: the longest one that fits is meant.
  const fitting = packs.filter((one) => address.startsWith(`${packAddress(one)}.`));
  const pack = fitting.sort((a, b) => b.name.length - a.name.length)[0];
  if (pack === undefined) throw unknownPack(address.split(".").slice(0, 2).join("."), packs);
  const key = address.slice(packAddress(pack).length + 1);
  const file = pack.parametersFile;
  if (key === "") throw new AgentError("usage.wrong", { reason: `${address} names no parameter` });
  if (file === undefined) {
    throw new AgentError("usage.wrong", { reason: `the pack ${packAddress(pack)} has no parameters` });
  }
  return { pack, key, file, editable: pack.level !== "core" };
}

function unknownPack(address: string, packs: readonly Pack[]): AgentError {
  const nearest = nearestKey(address, packs.map(packAddress));
  const hint = nearest === undefined ? "" : `; did you mean ${nearest}?`;
  const form = /^(core|global|zone|local)\../.test(address) ? "" : ", such as global.redis";
  return new AgentError("usage.wrong", {
    reason: `there is no pack ${JSON.stringify(address)}${form}${hint}`,
  });
}
