// Connections that send in tiny pieces are read one at a time: the work of a piece does not shrink with it.
import type { Socket } from "node:net";
import type { Clock } from "../kernel/clock.ts";
import { startReading, stopReading } from "./reading-switch.ts";

/** Pieces that a connection may bring in a row; larger ones do not come so many at once. */
const piecesInARow = 128;
const smallBytes = 256;
/** For everybody else, between two connections that are read. */
const pauseMs = 5;

export interface SmallPieces {
  /** Gives a function that is to be told of the length of each piece that comes over the connection. */
  watch(socket: Socket): (lengthBytes: number) => void;
}

/** One line for all connections that share it: however many send so, others wait for one at a time. */
export function createSmallPieces(clock: Pick<Clock, "after">): SmallPieces {
  const line: (() => void)[] = [];
  let isMoving = false;
  const move = () => {
    isMoving = line.length > 0;
    if (!isMoving) return;
    clock.after(pauseMs, () => {
      line.shift()?.();
      move();
    });
  };
  return {
    watch(socket) {
      let inARow = 0;
      let isStopped = false;
      const goOn = () => {
        inARow = 0;
        isStopped = false;
        startReading(socket);
      };
      return (lengthBytes) => {
        if (lengthBytes >= smallBytes) {
          inARow = 0;
          return;
        }
        inARow += 1;
        if (inARow < piecesInARow || isStopped) return;
        isStopped = true;
        stopReading(socket);
        line.push(goOn);
        if (!isMoving) move();
      };
    },
  };
}
