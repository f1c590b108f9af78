// Every collector of the host, one line each.
import type { Collector } from "../collector.ts";
import { blockDevice } from "./block-device.ts";
import { controlGroups } from "./control-groups.ts";
import { coreDumps } from "./core-dumps.ts";
import { cpuStats } from "./cpu-stats.ts";
import { diskUsage } from "./disk-usage.ts";
import { dmiDecode } from "./dmi-decode.ts";
import { docker } from "./docker.ts";
import { geoLocation } from "./geo-location.ts";
import { hypervisor } from "./hypervisor.ts";
import { interfaces } from "./interfaces.ts";
import { ioStats } from "./io-stats.ts";
import { kernelStats } from "./kernel-stats.ts";
import { loadAverage } from "./load-average.ts";
import { logins } from "./logins.ts";
import { memory } from "./memory.ts";
import { networkTraffic } from "./network-traffic.ts";
import { openPorts } from "./open-ports.ts";
import { postfix } from "./postfix.ts";
import { pressure } from "./pressure.ts";
import { processGroups } from "./process-groups.ts";
import { processes } from "./processes.ts";
import { seLinux } from "./se-linux.ts";
import { sockets } from "./sockets.ts";
import { sshd } from "./sshd.ts";
import { system } from "./system.ts";
import { timeOffset } from "./time-offset.ts";
import { timezone } from "./timezone.ts";

export const hostCollectors: readonly Collector[] = [
  loadAverage,
  cpuStats,
  memory,
  kernelStats,
  pressure,
  ioStats,
  diskUsage,
  networkTraffic,
  sockets,
  openPorts,
  interfaces,
  processes,
  processGroups,
  controlGroups,
  docker,
  logins,
  coreDumps,
  timeOffset,
  postfix,
  sshd,
  system,
  timezone,
  hypervisor,
  seLinux,
  blockDevice,
  dmiDecode,
  geoLocation,
];
