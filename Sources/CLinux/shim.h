// Calls of Linux that Swift's Glibc module does not carry. Inline functions only: no library.
#pragma once

#include <linux/sockios.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/types.h>

// Only with _GNU_SOURCE in the headers, which would change types that Glibc's module has as well.
extern int accept4(int, struct sockaddr *, socklen_t *, int);

/// Adds a descriptor to an epoll set, edge-triggered for everything; the key comes back with events.
static inline int linux_epoll_add_edges(int set, int descriptor, uint64_t key) {
    struct epoll_event event = {
        .events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, .data = {.u64 = key}};
    return epoll_ctl(set, EPOLL_CTL_ADD, descriptor, &event);
}

/// Adds a descriptor to an epoll set, level-triggered for reading.
static inline int linux_epoll_add_reading(int set, int descriptor, uint64_t key) {
    struct epoll_event event = {.events = EPOLLIN, .data = {.u64 = key}};
    return epoll_ctl(set, EPOLL_CTL_ADD, descriptor, &event);
}

/// Takes a descriptor out of an epoll set.
static inline int linux_epoll_remove(int set, int descriptor) {
    struct epoll_event event = {0};
    return epoll_ctl(set, EPOLL_CTL_DEL, descriptor, &event);
}

/// The key of an event; the struct is packed on x86-64, so C reads it.
static inline uint64_t linux_epoll_key(const struct epoll_event *events, int index) {
    return events[index].data.u64;
}

/// The readiness of an event.
static inline uint32_t linux_epoll_readiness(const struct epoll_event *events, int index) {
    return events[index].events;
}

/// Accepts a connection as non-blocking and closed on exec.
static inline int linux_accept(int listener, struct sockaddr_storage *address) {
    socklen_t length = sizeof *address;
    return accept4(
        listener, (struct sockaddr *)address, &length, SOCK_NONBLOCK | SOCK_CLOEXEC);
}

/// Bytes in the socket's send queue that the peer has not acknowledged, or -1.
static inline int linux_unsent(int descriptor) {
    int count = 0;
    return ioctl(descriptor, SIOCOUTQ, &count) == 0 ? count : -1;
}

/// Lets at most `bytes` wait unsent in the socket's queue before it counts as not writable.
static inline int linux_limit_unsent(int descriptor, int bytes) {
    return setsockopt(descriptor, IPPROTO_TCP, TCP_NOTSENT_LOWAT, &bytes, sizeof bytes);
}
