/* Sends datagrams at a set pace: so many packets a second, one by one or in bursts each 200 microseconds. */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + t.tv_nsec / 1e9;
}

/* port, packets a second, seconds, lines in a packet, microseconds between two bursts (0: as smooth as can be) */
int main(int argc, char **argv) {
  if (argc != 6) return 2;
  int port = atoi(argv[1]);
  double rate = atof(argv[2]), seconds = atof(argv[3]);
  int lines = atoi(argv[4]);
  double gap = atof(argv[5]) / 1e6;
  int fd = socket(AF_INET, SOCK_DGRAM, 0);
  int room = 8 << 20;
  setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &room, sizeof room);
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(port)};
  inet_pton(AF_INET, "127.0.0.1", &to.sin_addr);
  if (connect(fd, (struct sockaddr *)&to, sizeof to) != 0) return 1;

  enum { kinds = 997 };
  static char packets[kinds][4096];
  static size_t sizes[kinds];
  const char *types[] = {"c", "c", "g", "ms"};
  for (int p = 0, n = 0; p < kinds; p++)
    for (int l = 0; l < lines; l++, n++)
      sizes[p] += snprintf(packets[p] + sizes[p], sizeof packets[p] - sizes[p], "%sbench.web.requests.route%d:%d|%s",
                           l == 0 ? "" : "\n", n % 1000, n * 7 % 1000, types[n % 1000 % 4]);

  long sent = 0, failed = 0, total = rate * seconds;
  double began = now();
  for (long due = 0; sent + failed < total;) {
    double elapsed = now() - began;
    if (gap > 0) elapsed = (long)(elapsed / gap) * gap;
    due = elapsed * rate;
    if (due > total) due = total;
    for (; sent + failed < due;) {
      long p = (sent + failed) % kinds;
      if (send(fd, packets[p], sizes[p], 0) == (ssize_t)sizes[p]) sent++;
      else failed++;
    }
  }
  printf("%ld %ld %.6f\n", sent, failed, now() - began);
  return 0;
}
