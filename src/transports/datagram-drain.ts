// Reads what waits in a UDP socket many datagrams at a time: one call of recvmmsg(2), no allocation, no event for each.
import { createRequire } from "node:module";
import { endianness } from "node:os";

/** Datagrams of one call. */
const slots = 64;
/** A datagram may be this large; only the pages that are used take memory. */
const slotBytes = 65_536;
/** Calls in a row before others on the event loop have their turn. */
const callsAtMost = 16;
/** And so long: large datagrams of short lines take a thousand times as long as small ones. */
const budgetMs = 5;
/** struct mmsghdr, struct iovec and struct sockaddr_in6 of 64-bit Linux. */
const layout = { header: 64, vector: 16, address: 28 } as const;
const doNotWait = 0x40;
const [familyV4, familyV6] = [2, 10];

/** Where a datagram stands; filled anew for each, and valid during the call only. */
export interface Datagram {
  readonly bytes: Buffer;
  readonly from: number;
  readonly to: number;
  /** Address of the sender. */
  sender(): string;
}

export interface DatagramDrain {
  /** Hands on what waits, up to a limit: true where it was reached. Not to be called by `onDatagram`. */
  run(onDatagram: (datagram: Datagram) => void): boolean;
  /** Nothing is read any more: the descriptor may soon be somebody else's. */
  close(): void;
}

/** Fills the arena from a socket with so many at most; gives how many came. */
type Receive = (descriptor: number, atMost: number) => number;

interface Arena {
  readonly memory: Buffer;
  readonly receive: Receive;
}

/** The same for all drains of the process: one runs at a time, and memory that is never freed is never read freed. */
let shared: Arena | undefined;

/** Undefined where the foreign-function library is missing or the machine lays structures out in another way. */
export function createDatagramDrain(descriptor: number): DatagramDrain | undefined {
  const is64Bit = process.arch === "x64" || process.arch === "arm64";
  if (process.platform !== "linux" || !is64Bit || endianness() !== "LE") return undefined;
  try {
    shared ??= createArena(createRequire(import.meta.url)("koffi") as typeof import("koffi"));
    return createDrain(descriptor, shared);
  } catch {
    return undefined;
  }
}

const starts = {
  vectors: slots * layout.header,
  addresses: slots * (layout.header + layout.vector),
  data: Math.ceil((slots * (layout.header + layout.vector + layout.address)) / 4096) * 4096,
};

function createArena(koffi: typeof import("koffi")): Arena {
  const receive = koffi.load(null).func("int recvmmsg(int, void *, uint32_t, int, void *)");
  const sizeBytes = starts.data + slots * slotBytes;
  const arena: unknown = koffi.alloc("uint8_t", sizeBytes);
  const memory = Buffer.from(koffi.view(arena, sizeBytes));
  const base = koffi.address(arena);
  for (let slot = 0; slot < slots; slot += 1) {
    const header = slot * layout.header;
    const vector = starts.vectors + slot * layout.vector;
    const address = starts.addresses + slot * layout.address;
    memory.fill(0, header, header + layout.header);
    memory.writeBigUInt64LE(base + BigInt(address), header);
    memory.writeUInt32LE(layout.address, header + 8);
    memory.writeBigUInt64LE(base + BigInt(vector), header + 16);
    memory.writeBigUInt64LE(1n, header + 24);
    memory.writeBigUInt64LE(base + BigInt(starts.data + slot * slotBytes), vector);
    memory.writeBigUInt64LE(BigInt(slotBytes), vector + 8);
  }
  return {
    memory,
    receive(descriptor, atMost) {
      const count = Number(receive(descriptor, arena, atMost, doNotWait, null));
      // The kernel has put the lengths of the senders' addresses there.
      for (let slot = 0; slot < count; slot += 1)
        memory.writeUInt32LE(layout.address, slot * layout.header + 8);
      return count;
    },
  };
}

function createDrain(descriptor: number, { memory, receive }: Arena): DatagramDrain {
  let address = starts.addresses;
  let isClosed = false;
  /** Datagrams of a call: fewer where they take long. */
  let batch = slots;
  const datagram = { bytes: memory, from: 0, to: 0, sender: () => addressAt(memory, address) };
  /** Gives whether as many came as were asked for. */
  const call = (onDatagram: (datagram: Datagram) => void): boolean => {
    const calledMs = performance.now();
    const asked = batch;
    const count = receive(descriptor, asked);
    for (let slot = 0; slot < count; slot += 1) {
      datagram.from = starts.data + slot * slotBytes;
      datagram.to = datagram.from + memory.readUInt32LE(slot * layout.header + 56);
      address = starts.addresses + slot * layout.address;
      onDatagram(datagram);
    }
    const tookMs = performance.now() - calledMs;
    if (tookMs > budgetMs) batch = Math.max(1, batch >> 1);
    else if (tookMs < budgetMs / 4) batch = Math.min(slots, batch * 2);
    return count >= asked;
  };
  return {
    run(onDatagram) {
      const untilMs = performance.now() + budgetMs;
      for (let calls = 0; calls < callsAtMost && !isClosed; calls += 1) {
        const isFull = call(onDatagram);
        if (performance.now() >= untilMs) return true;
        if (!isFull) return false;
      }
      return !isClosed;
    },
    close() {
      isClosed = true;
    },
  };
}

/** As dgram gives it, an IPv6 address with all of its groups. */
function addressAt(memory: Buffer, at: number): string {
  const family = memory.readUInt16LE(at);
  if (family === familyV4) return memory.subarray(at + 4, at + 8).join(".");
  if (family !== familyV6) return "";
  const groups = Array.from({ length: 8 }, (_, group) =>
    memory.readUInt16BE(at + 8 + group * 2).toString(16),
  );
  const isMapped = groups.slice(0, 5).every((group) => group === "0") && groups[5] === "ffff";
  return isMapped ? `::ffff:${memory.subarray(at + 20, at + 24).join(".")}` : groups.join(":");
}
