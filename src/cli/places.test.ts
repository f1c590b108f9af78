// Where an agent's files are, by user, environment and --home.
import { resolve } from "node:path";
import { expect, it } from "vitest";
import { placesOf } from "./places.ts";

const user = { HOME: "/home/u" };

it.each<[string, Parameters<typeof placesOf>[0], string, string]>([
  ["root", { environment: {}, uid: 0 }, "/etc/yagura/yagura.yaml", "/var/lib/yagura"],
  [
    "a user",
    { environment: user, uid: 1000 },
    "/home/u/.config/yagura/yagura.yaml",
    "/home/u/.local/state/yagura",
  ],
  [
    "a user with XDG directories",
    { environment: { ...user, XDG_CONFIG_HOME: "/c", XDG_STATE_HOME: "/s" }, uid: 1000 },
    "/c/yagura/yagura.yaml",
    "/s/yagura",
  ],
  [
    "relative XDG directories, which count as unset",
    { environment: { ...user, XDG_CONFIG_HOME: "c", XDG_STATE_HOME: "s" }, uid: 1000 },
    "/home/u/.config/yagura/yagura.yaml",
    "/home/u/.local/state/yagura",
  ],
  ["--home", { home: "/h", environment: {}, uid: 0 }, "/h/yagura.yaml", "/h"],
  ["a relative --home", { home: "h", environment: {}, uid: 0 }, resolve("h/yagura.yaml"), resolve("h")],
  ["YAGURA_HOME", { environment: { YAGURA_HOME: "/e" }, uid: 1000 }, "/e/yagura.yaml", "/e"],
  ["--home over YAGURA_HOME", { home: "/h", environment: { YAGURA_HOME: "/e" } }, "/h/yagura.yaml", "/h"],
  [
    "systemd's directory",
    { environment: { STATE_DIRECTORY: "/var/lib/one:/var/lib/two" }, uid: 0 },
    "/etc/yagura/yagura.yaml",
    "/var/lib/one",
  ],
  ["--home over systemd's", { home: "/h", environment: { STATE_DIRECTORY: "/s" } }, "/h/yagura.yaml", "/h"],
])("%s", (_who, wish, configFile, stateDirectory) => {
  expect(placesOf(wish)).toEqual({ configFile, stateDirectory, socketPath: `${stateDirectory}/agent.sock` });
});
