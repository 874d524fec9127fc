/*
 * The least that a server of one key can do: one process, one epoll loop, nothing parsed. A request that begins with G
 * parks its socket; one that begins with P puts its body into a ready-made answer and writes that to every parked socket.
 * "GET /stats" tells how many are parked. Requests are expected to arrive in one piece: they do on loopback.
 *
 * Argument: port.
 */
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#define MOST_FILES 1048576
#define HEAD                                                                                                           \
  "HTTP/1.1 200 OK\r\nContent-Type: application/json; charset=utf-8\r\nCache-Control: no-store\r\n"                    \
  "X-Content-Type-Options: nosniff\r\nContent-Length: %zu\r\n\r\n%s"

static int parked[MOST_FILES], place[MOST_FILES], count;

static void die(const char *what) {
  perror(what);
  exit(1);
}

static void park(int fd) {
  place[fd] = count;
  parked[count++] = fd;
}

/* Also of a socket that isn't parked. */
static void unpark(int fd) {
  int at = place[fd];
  if (at >= count || parked[at] != fd) return;
  parked[at] = parked[--count];
  place[parked[at]] = at;
}

static void answer(int fd, const char *body) {
  char text[8192];
  int length = snprintf(text, sizeof text, HEAD, strlen(body), body);
  if (write(fd, text, length) != length) die("write");
}

static void wake_all(const char *value) {
  char body[4096], text[8192];
  snprintf(body, sizeof body, "{\"error_code\":0,\"key\":\"k0\",\"value\":\"%s\",\"cursor\":\"1-0123456789abcdef\"}", value);
  int length = snprintf(text, sizeof text, HEAD, strlen(body), body);
  for (int i = 0; i < count; i++)
    if (write(parked[i], text, length) != length) die("write");
  count = 0;
}

static void serve(int epoll, int fd) {
  char request[4096];
  ssize_t length = read(fd, request, sizeof request - 1);
  if (length <= 0) {
    unpark(fd);
    epoll_ctl(epoll, EPOLL_CTL_DEL, fd, NULL);
    close(fd);
    return;
  }
  request[length] = 0;
  char *body = strstr(request, "\r\n\r\n");
  if (body == NULL) die("a request in pieces");
  if (request[0] == 'P') {
    wake_all(body + 4);
    answer(fd, "{\"error_code\":0}");
  } else if (strncmp(request, "GET /stats", 10) == 0) {
    char waiting[32];
    snprintf(waiting, sizeof waiting, "waiting: %d\n", count);
    answer(fd, waiting);
  } else {
    park(fd);
  }
}

static void welcome(int epoll, int listener) {
  int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK), on = 1;
  if (fd < 0) die("accept4");
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};
  if (epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) < 0) die("epoll_ctl");
}

int main(int argc, char **argv) {
  int listener = socket(AF_INET, SOCK_STREAM, 0), on = 1, epoll = epoll_create1(0);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(argc > 1 ? atoi(argv[1]) : 0)};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (bind(listener, (struct sockaddr *)&address, sizeof address) < 0) die("bind");
  if (listen(listener, 4096) < 0) die("listen");
  struct epoll_event event = {.events = EPOLLIN, .data.fd = listener}, events[512];
  epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &event);
  for (;;) {
    int ready = epoll_wait(epoll, events, 512, -1);
    for (int i = 0; i < ready; i++) {
      if (events[i].data.fd == listener) welcome(epoll, listener);
      else serve(epoll, events[i].data.fd);
    }
  }
}
