// The physical limit: how fast a small C program starts an executable with posix_spawn, N at a time, and reads what it
// writes. Usage: posix-spawn-rate COUNT AT_ONCE PATH [ARGUMENT ...]; prints starts per second.
#define _GNU_SOURCE
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

enum { SLOTS = 64 };
static struct {
  pid_t pid;
  int output;
} slots[SLOTS];

static double seconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec + now.tv_nsec / 1e9;
}

static void start(int slot, char **argv, int nothing) {
  int ends[2];
  posix_spawn_file_actions_t actions;
  if (pipe2(ends, O_CLOEXEC) != 0) exit(1);
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, nothing, 0);
  posix_spawn_file_actions_adddup2(&actions, ends[1], 1);
  posix_spawn_file_actions_adddup2(&actions, ends[1], 2);
  if (posix_spawn(&slots[slot].pid, argv[0], &actions, NULL, argv, environ) != 0) exit(1);
  posix_spawn_file_actions_destroy(&actions);
  close(ends[1]);
  slots[slot].output = ends[0];
}

static void finish(int slot) {
  char bytes[65536];
  while (read(slots[slot].output, bytes, sizeof bytes) > 0) continue;
  close(slots[slot].output);
  slots[slot].pid = 0;
}

int main(int argc, char **argv) {
  if (argc < 4) return 2;
  int count = atoi(argv[1]), at_once = atoi(argv[2]), started = 0, done = 0;
  if (at_once < 1 || at_once > SLOTS) return 2;
  int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
  double began = seconds();
  while (done < count) {
    for (int slot = 0; slot < at_once && started < count; slot++) {
      if (slots[slot].pid == 0) {
        start(slot, argv + 3, nothing);
        started++;
      }
    }
    pid_t ended = wait(NULL);
    for (int slot = 0; slot < at_once; slot++) {
      if (slots[slot].pid == ended) {
        finish(slot);
        done++;
      }
    }
  }
  printf("%.1f\n", count / (seconds() - began));
  return 0;
}
