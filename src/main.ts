#!/usr/bin/env -S node --max-semi-space-size=1 --optimize-for-size
// The first instructions of the process; everything else is loaded after them.
import { expectHangup } from "./kernel/hangup.ts";

// To log off ends what runs in a terminal; an agent is told to look at its files again.
if (["daemon", "agent"].includes(process.argv[2] ?? "")) expectHangup();
await import("./program.ts");
