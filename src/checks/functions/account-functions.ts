// Users and groups of the system, by name and by number (contract opsbro §2.5).
import {
  ExpressionError,
  type FunctionDefinition,
  textOf,
  type Value,
} from "../../languages/expression/index.ts";
import { type Account, type AccountKind, findAccount } from "./accounts.ts";
import type { FunctionHost } from "./function-host.ts";

type Definition = FunctionDefinition<FunctionHost>;

function numberOf(value: Value | undefined): number {
  const number = typeof value === "string" && /^\d{1,10}$/.test(value) ? Number(value) : value;
  if (typeof number === "number" && Number.isSafeInteger(number)) return number;
  throw new ExpressionError("an id is a whole number");
}

/** A number, also one that is written as text, is an id. */
function nameOrNumber(value: Value | undefined): string | number {
  return typeof value === "string" && !/^\d{1,10}$/.test(value) ? value : numberOf(value);
}

interface Lookup {
  readonly name: string;
  readonly aliases?: readonly string[];
  readonly doc: string;
  readonly parameter: string;
  readonly wanted: (value: Value | undefined) => string | number;
  readonly answer: (account: Account | undefined) => Value;
}

function lookup(kind: AccountKind, { parameter, wanted, answer, ...facts }: Lookup): Definition {
  return {
    ...facts,
    group: "system",
    parameters: [{ name: parameter }],
    call: async ([value], host) => answer(await findAccount({ kind, wanted: wanted(value) }, host)),
  };
}

interface Words {
  readonly short: string;
  readonly name: string;
  readonly id: string;
}

function functionsOf(kind: AccountKind, { short, name, id }: Words): readonly Definition[] {
  return [
    lookup(kind, {
      name: `system_${short}_exists`,
      aliases: [`${short}_exists`],
      doc: `Whether the system has a ${short} of that name or number.`,
      parameter: `name_or_${id}`,
      wanted: nameOrNumber,
      answer: (account) => account !== undefined,
    }),
    lookup(kind, {
      name: `system_${short}id_from_${name}`,
      doc: `Number of the ${short} of that name; None when there is none.`,
      parameter: name,
      wanted: textOf,
      answer: (account) => account?.id ?? null,
    }),
    lookup(kind, {
      name: `system_${name}_from_${short}id`,
      doc: `Name of the ${short} of that number; None when there is none.`,
      parameter: id,
      wanted: numberOf,
      answer: (account) => account?.name ?? null,
    }),
  ];
}

export const accountFunctions: readonly Definition[] = [
  ...functionsOf("passwd", { short: "user", name: "username", id: "uid" }),
  ...functionsOf("group", { short: "group", name: "groupname", id: "gid" }),
];
