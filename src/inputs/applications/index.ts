// Every collector of an application, one line each. They run where the configuration names them.
import type { Collector } from "../collector.ts";

export const applicationCollectors: readonly Collector[] = [];
