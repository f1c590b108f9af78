// The outputs that there are. One line each.
import type { Output } from "../output.ts";
import { collectd } from "./collectd/index.ts";
import { file } from "./file/index.ts";
import { graphite } from "./graphite.ts";
import { influx } from "./influx.ts";
import { nats } from "./nats/index.ts";
import { nsq } from "./nsq/index.ts";
import { otlp } from "./otlp.ts";
import { remoteWrite } from "./remote-write/index.ts";
import { stdout } from "./stdout.ts";

export const outputs: readonly Output[] = [
  influx,
  nsq,
  graphite,
  remoteWrite,
  otlp,
  nats,
  collectd,
  file,
  stdout,
];
