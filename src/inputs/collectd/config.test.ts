// What the collectd listener can be told.
import { expect, it } from "vitest";
import { collectdConfig } from "./config.ts";

const valid = (config: object) => collectdConfig.safeParse(config).success;

it("has a default for everything, and needs users where packets are to be verified", () => {
  expect(collectdConfig.parse({})).toMatchObject({
    listen: [{ protocol: "udp", host: "127.0.0.1", port: 25826 }],
    security: "none",
    rates: true,
  });
  expect(valid({ security: "sign" })).toBe(false);
  expect(valid({ security: "sign", users_file: "/etc/users" })).toBe(true);
  expect(valid({ listen: "tcp://127.0.0.1:25826" })).toBe(false);
});
