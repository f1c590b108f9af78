#!/usr/bin/env -S node --max-semi-space-size=1 --optimize-for-size
// The first instructions of the process; everything else is loaded after them.
import { expectHangup } from "./kernel/hangup.ts";
import { holdOwnDirectory } from "./kernel/own-directory.ts";

holdOwnDirectory(new URL("../package.json", import.meta.url));

const [, , first = "", ...others] = process.argv;
const agentCommands = ["daemon", "agent"];
/** It stands first, or behind flags of the whole program. */
const command = first.startsWith("-") ? others.find((word) => agentCommands.includes(word)) : first;
// To log off ends what runs in a terminal; an agent is told to look at its files again.
if (agentCommands.includes(command ?? "")) expectHangup();
await import("./program.ts");
