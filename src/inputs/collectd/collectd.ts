// The collectd listener: packets into metrics and events, as far as their senders are trusted.
import { decodeCollectdPacket } from "../../formats/collectd-packet/decode-collectd-packet.ts";
import type { Notification, Severity } from "../../formats/collectd-packet/value-list.ts";
import { startSchedule } from "../../kernel/schedule.ts";
import { noTags } from "../../metric/metric.ts";
import type { Datagram } from "../../transports/datagram-drain.ts";
import { createBatchBuffer } from "../batch-buffer.ts";
import type { ListenerNeeds, ReportedEvent, StartListener } from "../listener.ts";
import { openSockets, type Sockets, type SocketTakers } from "../listener-sockets.ts";
import { createListenerTally } from "../listener-tally.ts";
import { runningListener } from "../running-listener.ts";
import { clean, titleOf } from "./collectd-series.ts";
import type { CollectdConfig } from "./config.ts";
import { createIntake, type Intake } from "./intake.ts";
import { readTypes } from "./types-files.ts";
import { type UsersFile, watchUsersFile } from "./users-file.ts";

const identifiersRemembered = 100_000;
const sweepEveryMs = 60_000;
const levels: Readonly<Record<Severity, ReportedEvent["level"]>> = {
  failure: "error",
  warning: "warning",
  okay: "success",
};

export const startCollectd: StartListener<CollectdConfig> = async (config, needs) => {
  const tally = createListenerTally("collectd", needs);
  const buffer = createBatchBuffer("collectd", { ...needs, tally });
  const { rates, types_db: typesDb, users_file: usersPath, security } = config;
  const types = await readTypes(typesDb, needs.log);
  const intake = createIntake(
    { rates, types, limit: identifiersRemembered },
    { clock: needs.clock, log: needs.log, tally, buffer },
  );
  const usersFile = usersPath === undefined ? undefined : await watchUsersFile(usersPath, needs);
  const take = (datagram: Datagram) => {
    const decoded = decodeCollectdPacket(datagram, { security, users: usersFile?.users });
    tally.received(1);
    for (const list of decoded.valueLists) intake.take(list);
    for (const one of decoded.notifications) needs.onEvent(eventOf(one));
    for (const { reason } of decoded.faults) tally.fault(reason);
  };
  const sockets = await openOrEnd(config, { datagram: take, pace: needs.pace }, usersFile);
  const sweeping = startSweeping(intake, needs);
  const finish = () => Promise.all([sweeping.stop(), usersFile?.stop()]).then(() => buffer.flush());
  return runningListener({ name: "collectd", sockets, tally, finish });
};

async function openOrEnd(
  config: CollectdConfig,
  { datagram, pace }: Pick<SocketTakers, "datagram" | "pace">,
  usersFile: UsersFile | undefined,
): Promise<Sockets> {
  try {
    return await openSockets(config, {
      ...{ datagram, pace, pressure: () => undefined },
      stream: () => ({ data: () => false, end: () => {} }),
    });
  } catch (thrown) {
    await usersFile?.stop();
    throw thrown;
  }
}

function startSweeping(intake: Intake, needs: ListenerNeeds) {
  return startSchedule(
    { name: "inputs.collectd.sweep", everyMs: sweepEveryMs, run: () => intake.sweep() },
    needs,
  );
}

function eventOf(notification: Notification): ReportedEvent {
  const { severity, message, host, timeMs } = notification;
  return {
    title: titleOf(notification),
    text: message,
    host: clean(host),
    level: levels[severity],
    tags: noTags,
    atMs: Math.round(timeMs),
  };
}
