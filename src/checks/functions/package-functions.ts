// What is installed on this host (contract opsbro §2.5).
import { ExpressionError, type FunctionDefinition, textOf } from "../../languages/expression/index.ts";
import type { FunctionHost } from "./function-host.ts";
import { isInstalled } from "./installed-packages.ts";

/** It may be given to a program, so nothing else is a name. */
const packageName = /^[A-Za-z0-9][A-Za-z0-9+._:@-]{0,199}$/;

export const packageFunctions: readonly FunctionDefinition<FunctionHost>[] = [
  {
    name: "has_package",
    group: "package",
    doc: "Whether the system's own packages have one of that name installed (dpkg, rpm or apk).",
    parameters: [{ name: "name" }],
    async call([value], host) {
      const name = textOf(value).trim();
      if (!packageName.test(name)) {
        throw new ExpressionError(`${JSON.stringify(name.slice(0, 60))} is no name of a package`);
      }
      return await isInstalled(name, host);
    },
  },
];
