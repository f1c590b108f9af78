// Loda's NET type: traffic in bits, and sockets (contract loda §6.5).
import type { InterfaceCounters } from "../../formats/proc/net-dev.ts";
import type { InterfacesSample } from "../collectors/interfaces.ts";
import { grownInterface, type NetworkSample } from "../collectors/network-traffic.ts";
import type { SocketSample } from "../collectors/sockets.ts";
import { cut, cutPercent, type LodaPoint, points, type SamplesOf, samplesOf } from "./point.ts";

/** Interfaces whose names begin with one of the prefixes; all of them when there is no prefix. */
export function networkPoints(samples: SamplesOf, interfacePrefixes: readonly string[]): LodaPoint[] {
  const wanted = (name: string) =>
    interfacePrefixes.length === 0 || interfacePrefixes.some((prefix) => name.startsWith(prefix));
  const sockets = samplesOf<SocketSample>(samples, "sockets")?.sample.figures;
  return [
    ...trafficPoints(samples, wanted),
    ...points(
      {},
      {
        "net.sockets.used": sockets?.get("sockets")?.get("used"),
        "net.tcp.inuse": sockets?.get("tcp")?.get("inuse"),
        "net.tcp.timewait": sockets?.get("tcp")?.get("tw"),
      },
    ),
  ];
}

function trafficPoints(samples: SamplesOf, wanted: (name: string) => boolean): LodaPoint[] {
  const traffic = samplesOf<NetworkSample>(samples, "networktraffic");
  if (traffic?.earlier === undefined) return [];
  const { sample, earlier } = traffic;
  const links = samplesOf<InterfacesSample>(samples, "interfaces")?.sample.interfaces;
  return [...sample.interfaces].flatMap(([name, now]) => {
    const before = earlier.sample.interfaces.get(name);
    const grown = before === undefined || !wanted(name) ? undefined : grownInterface(now, before);
    if (grown === undefined) return [];
    const speed = links?.get(name)?.speed ?? 0;
    return points({ interface: name }, measurements(grown, { speed, seconds: earlier.elapsedMs / 1000 }));
  });
}

/** Speed in megabits per second, 0 when nobody knows it: then nothing can be too fast, and there are no shares. */
function measurements({ receive, transmit }: InterfaceCounters, link: { speed: number; seconds: number }) {
  const limit = link.speed * 1e6;
  const bits = (bytes: number) => (bytes * 8) / link.seconds;
  const possible = (rate: number) => limit === 0 || rate <= limit;
  const within = (rate: number) => (possible(rate) ? cut(rate) : undefined);
  const share = (rate: number) => (limit > 0 && possible(rate) ? cutPercent(rate, limit) : undefined);
  const [bitsIn, bitsOut] = [bits(receive.bytes), bits(transmit.bytes)];
  return {
    "net.in": within(bitsIn),
    "net.out": within(bitsOut),
    "net.in.dropped": cut(receive.drop / link.seconds),
    "net.out.dropped": cut(transmit.drop / link.seconds),
    "net.in.percent": share(bitsIn),
    "net.out.percent": share(bitsOut),
    "net.speed": link.speed,
  };
}
