// Every kind of listener, one line each.
import { collectd } from "./collectd/index.ts";
import { graphite } from "./graphite/index.ts";
import type { ListenerKind } from "./listener.ts";
import { statsd } from "./statsd/index.ts";

export const listenerKinds: readonly ListenerKind[] = [statsd, graphite, collectd];
