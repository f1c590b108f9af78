// Packages that have to be installed (contract opsbro §10.2, §10.3).
import * as z from "zod";
import { oneOrMore } from "../../kernel/schema.ts";
import { isPackageName } from "../packages/package-name.ts";
import { defineDriver } from "./driver.ts";

const packageName = z.string().refine(isPackageName, {
  error: "expected the name of a package: letters, digits and + . _ : ~ = -, without a - at either end",
});

export const packageInstall = defineDriver({
  type: "package-install",
  parameters: z.strictObject({
    packages: oneOrMore(packageName).describe("Names of packages, one after the other."),
  }),
  async look({ packages }, turn, host) {
    for (const name of packages) {
      if (await host.packages.has(name, turn)) turn.compliant(`the package ${name} is installed`);
      else await turn.mend(`the package ${name} is not installed`, () => host.packages.install(name, turn));
    }
  },
});
