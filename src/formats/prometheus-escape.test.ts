// Names become Prometheus' names and can be read back: no two of them become one.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  decodeLabel,
  decodeName,
  encodeLabel,
  encodeName,
  isLegalLabel,
  isLegalName,
} from "./prometheus-escape.ts";

const forms = ["escaped", "values", "utf8"] as const;
/** Texts that are likely to become the same, and any others. */
const text = fc.oneof(
  fc.string({ unit: fc.constantFrom("a", "U", "1", "_", ".", ":", "-", "é", "_2e_", "yagura") }),
  fc.string({ unit: "binary" }),
  fc.string().map((end) => `U__${end}`),
);

it.each([
  ["http_requests_total", "http_requests_total"],
  ["camelCase:sum", "camelCase:sum"],
  ["_", "_"],
  ["servers.web1.load_5", "servers__web1__load_5"],
  ["app.Login.Ok", "app__Login__Ok"],
  ["app.login.ok", "app__login__ok"],
  ["variant.b", "variant__b"],
  ["io.md0.writes", "io__md0__writes"],
  ["io.md0.writes/s", "U__io_2e_md0_2e_writes_2f_s"],
  ["室温.居間", "U___5ba4__6e29__2e__5c45__9593_"],
  ["5min", "U___35_min"],
  ["a__b", "U__a____b"],
  ["a_.b", "U__a___2e_b"],
  ["U.a", "U__U_2e_a"],
  ["U__a", "U__U____a"],
  ["", "U__"],
])("escapes %j as %s", (name, expected) => {
  expect(encodeName(name, "escaped")).toBe(expected);
});

it.each([
  ["values", "a.b_c", "U__a_2e_b__c"],
  ["values", "a__b", "a__b"],
  ["values", "U__a", "U__U____a"],
  ["values", "👍", "U___1f44d_"],
  ["utf8", "室温.居間", "室温.居間"],
  ["utf8", "U__a", "U__U____a"],
] as const)("writes in %s %j as %s", (form, name, expected) => {
  expect(encodeName(name, form)).toBe(expected);
});

it.each([
  ["escaped", "mount.point", "mount__point"],
  ["escaped", "a:b", "U__a_3a_b"],
  ["escaped", "__name__", "U______name____"],
  ["values", "__name__", "U______name____"],
  ["utf8", "__name__", "U______name____"],
  ["utf8", "mount point", "mount point"],
] as const)("writes in %s the label %j as %s", (form, name, expected) => {
  expect(encodeLabel(name, form)).toBe(expected);
});

it("leaves nobody a name of a prefix that is taken", () => {
  for (const form of forms) {
    expect(encodeName("yagura_own", form, "yagura_")).toBe("U__yagura__own");
    expect(encodeName("yagura", form, "yagura_")).toBe("yagura");
  }
  expect(encodeName("yagura.own", "escaped", "yagura_")).toBe("U__yagura_2e_own");
});

describe.each(forms)("in the form %s", (form) => {
  it("every name and label is read back as it was", () => {
    fc.assert(
      fc.property(text, (given) => {
        const [name, owned, label] = [
          encodeName(given, form),
          encodeName(given, form, "yagura_"),
          encodeLabel(given, form),
        ];
        expect([
          decodeName(name, form),
          decodeName(owned, form, "yagura_"),
          decodeLabel(label, form),
        ]).toEqual([given, given, given]);
        expect(owned).not.toMatch(/^yagura_/);
        expect(label).not.toMatch(/^__/);
        if (form !== "utf8") expect([isLegalName(name), isLegalLabel(label)]).toEqual([true, true]);
      }),
      { numRuns: 2000 },
    );
  });

  it("what is read back is written in the same way again", () => {
    fc.assert(
      fc.property(text, (written) => {
        const name = decodeName(written, form);
        const label = decodeLabel(written, form);
        if (name !== undefined) expect(encodeName(name, form)).toBe(written);
        if (label !== undefined) expect(encodeLabel(label, form)).toBe(written);
      }),
      { numRuns: 2000 },
    );
  });
});
