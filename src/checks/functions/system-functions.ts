// The system, its users, the agent's environment and groups (contract opsbro §2.5).
import { ExpressionError, type FunctionDefinition, textOf } from "../../languages/expression/index.ts";
import { accountFunctions } from "./account-functions.ts";
import type { FunctionHost } from "./function-host.ts";

const group = "system";
/** Values of such variables would end in groups and outputs, which everybody sees. */
const secretName = /TOKEN|SECRET|PASSW|KEY|CREDENTIAL/i;

function ofGroup(
  names: Pick<FunctionDefinition, "name" | "aliases" | "doc">,
  answer: (host: FunctionHost, group: string) => boolean,
): FunctionDefinition<FunctionHost> {
  return {
    ...names,
    group,
    parameters: [{ name: "group" }],
    call: ([wanted], host) => answer(host, textOf(wanted)),
  };
}

function isPython(version: 2 | 3): FunctionDefinition<FunctionHost> {
  return {
    name: `system_is_python_${version}`,
    group,
    doc: `Whether the agent is a program of Python ${version}: it is none.`,
    parameters: [],
    call: () => false,
  };
}

export const systemGroupFunctions: readonly FunctionDefinition<FunctionHost>[] = [
  {
    name: "system_get_os",
    aliases: ["get_os"],
    group,
    doc: "Name of the operating system in small letters, such as linux.",
    parameters: [],
    call: () => (process.platform === "win32" ? "windows" : process.platform),
  },
  ofGroup(
    { name: "is_in_group", aliases: ["have_group"], doc: "Whether this node is in the group now." },
    (host, wanted) => host.isInGroup(wanted),
  ),
  ofGroup(
    {
      name: "is_in_static_group",
      aliases: ["is_in_defined_group"],
      doc: "Whether the configuration puts this node into the group.",
    },
    (host, wanted) => host.isInFixedGroup(wanted),
  ),
  ...accountFunctions,
  {
    name: "get_env",
    group,
    doc: "Value of a variable of the agent's environment, empty when there is none. Names that speak of secrets are refused.",
    parameters: [{ name: "name" }],
    call([name], host) {
      const wanted = textOf(name);
      if (secretName.test(wanted))
        throw new ExpressionError(`${wanted.slice(0, 60)} may be secret and is not shown`);
      return host.environment(wanted) ?? "";
    },
  },
  isPython(2),
  isPython(3),
];
