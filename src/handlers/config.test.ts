// The configuration of handlers: its defaults, what is refused, and what is never shown.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { directoryOfTest } from "../../test/support/temporary.ts";
import { loadConfig, showConfig } from "../config/index.ts";
import { handlersConfig } from "./config.ts";
import { plansOfConfig } from "./planning/handler-plan.ts";

it("nothing tells nobody", () => {
  const config = handlersConfig.parse({});
  expect(config.queue).toEqual({ max: 1000, max_age: 86_400_000 });
  expect(plansOfConfig(config)).toEqual([]);
});

it("one or several of a kind are handlers with the key's name or their own", () => {
  const config = handlersConfig.parse({
    webhook: { url: "http://127.0.0.1/" },
    mail: [
      { to: "a@b.example" },
      { name: "night", to: ["c@d.example"], severities: "critical", max_age: "2h" },
    ],
  });
  const plans = plansOfConfig(config);
  expect(
    plans.map(({ name, place, maxAgeMs, severities, events }) => [name, place, maxAgeMs, severities, events]),
  ).toEqual([
    [
      "mail",
      "handlers.mail.0",
      86_400_000,
      ["ok", "warning", "critical", "unknown"],
      ["check", "flapping", "compliance", "node"],
    ],
    ["night", "handlers.mail.1", 7_200_000, ["critical"], ["check", "flapping", "compliance", "node"]],
    ["webhook", "handlers.webhook", 86_400_000, expect.anything(), expect.anything()],
  ]);
});

it.each([
  [{ mail: [{ to: "a@b.c" }, { to: "d@e.f" }] }, /two handlers are called mail/],
  [
    { mail: { to: "a@b.c", name: "webhook" }, webhook: { url: "http://x/" } },
    /two handlers are called webhook/,
  ],
  [{ mail: {} }, /to/],
  [{ mail: { to: [] } }, /1 to 100 addresses/],
  [{ mail: { to: "a@b.c\r\nBcc: x" } }, /expected an address/],
  [{ mail: { to: "a@b.c", user: "u" } }, /belong together/],
  [{ mail: { to: "a@b.c", smtp: "http://x" } }, /expected a host/],
  [{ mail: { to: "a@b.c", hello: "a b" } }, /expected a host name/],
  [{ mail: { to: "a@b.c", contacts: "x" } }, /contacts/],
  [{ slack: { url: "http://a:b@c/" } }, /without a user/],
  [{ slack: { token: "a\nb" } }, /ASCII/],
  [{ fax: {} }, /fax/],
  [{ queue: { max: 0 } }, /max/],
])("%j is refused", (config, reason) => {
  const parsed = handlersConfig.safeParse(config);
  expect(parsed.success).toBe(false);
  expect(JSON.stringify(parsed.error?.issues)).toMatch(reason);
});

it("secrets are filled in from outside, and are never shown", () => {
  const directory = directoryOfTest();
  const file = join(directory, "agent.yaml");
  writeFileSync(
    file,
    `handlers:
  mail: { smtp: "smtp://u:hidden1@mail", to: a@b.example, subject_template: s.tpl }
  slack: { token: "\${env:SLACK}" }
  webhook:
    url: https://example.net/hidden3
    token: hidden4
    secret: hidden5
    headers: { x-key: hidden6 }
`,
  );
  const sections = [{ key: "handlers", schema: handlersConfig }];
  const loaded = loadConfig({ sections, file, environment: { SLACK: "hidden2" }, overlays: [] });
  const config = loaded.value["handlers"] as {
    slack: { token: string }[];
    mail: { subject_template: string }[];
  };
  expect(config.slack[0]?.token).toBe("hidden2");
  expect(config.mail[0]?.subject_template).toBe(join(directory, "s.tpl"));
  const shown = [true, false]
    .map((effective) => showConfig(loaded, sections, { effective, origin: true }))
    .join("");
  expect(shown).toContain("a@b.example");
  expect(shown).not.toContain("hidden");
});
