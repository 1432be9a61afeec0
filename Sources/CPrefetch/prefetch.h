#pragma once

/// Asks for a cache line that will be read and written soon; never faults.
static inline __attribute__((always_inline)) void prefetch_to_write(const void *place) {
    __builtin_prefetch(place, 1, 3);
}

/// Asks for a cache line that will be read soon; never faults.
static inline __attribute__((always_inline)) void prefetch_to_read(const void *place) {
    __builtin_prefetch(place, 0, 3);
}
