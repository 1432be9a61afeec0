// The processor's own instructions for SHA-256 and SHA-1 (Intel SDM volume 2, SHA256RNDS2, SHA1RNDS4 and those beside
// them), which Swift cannot name. Inline functions only: no library.
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#if defined(__x86_64__)

typedef int sha_words __attribute__((vector_size(16)));
typedef char sha_bytes __attribute__((vector_size(16)));

/// Whether this processor has them, and the shuffles they are used with.
static inline int sha256_is_available(void) {
    uint32_t a = 0, b = 0, c = 0, d = 0;
    __asm__("cpuid" : "=a"(a), "=b"(b), "=c"(c), "=d"(d) : "a"(0), "c"(0));
    if (a < 7) return 0;
    __asm__("cpuid" : "=a"(a), "=b"(b), "=c"(c), "=d"(d) : "a"(1), "c"(0));
    int shuffles = (c >> 9 & 1) && (c >> 19 & 1); // SSSE3, SSE4.1
    __asm__("cpuid" : "=a"(a), "=b"(b), "=c"(c), "=d"(d) : "a"(7), "c"(0));
    return shuffles && (b >> 29 & 1);
}

#define SHA_TARGET __attribute__((target("sha,ssse3,sse4.1")))

/// Sixteen bytes as four words, the first byte of each its highest.
SHA_TARGET static inline sha_words sha256_load(const uint8_t *bytes) {
    sha_bytes raw;
    memcpy(&raw, bytes, 16);
    const sha_bytes order = {3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12};
    return (sha_words)__builtin_ia32_pshufb128(raw, order);
}

/// Takes `blocks` blocks of 64 bytes into the state (a to h); `constants` are the 64 of FIPS 180-4, 4.2.2.
SHA_TARGET static inline void sha256_absorb(
    uint32_t *state, const uint8_t *bytes, size_t blocks, const uint32_t *constants) {
    sha_words abcd, efgh;
    memcpy(&abcd, state, 16);
    memcpy(&efgh, state + 4, 16);
    // The instructions want f e b a and h g d c, the lowest first.
    sha_words first = {efgh[1], efgh[0], abcd[1], abcd[0]};
    sha_words second = {efgh[3], efgh[2], abcd[3], abcd[2]};
    for (; blocks > 0; blocks--, bytes += 64) {
        const sha_words first_before = first, second_before = second;
        sha_words w[4];
        for (int group = 0; group < 16; group++) {
            sha_words words;
            if (group < 4) {
                words = sha256_load(bytes + 16 * group);
            } else {
                // Words t-16, t-15, t-7 and t-2 of the schedule.
                sha_words sum = __builtin_ia32_sha256msg1(w[group & 3], w[(group + 1) & 3]);
                sum += __builtin_shufflevector(w[(group + 2) & 3], w[(group + 3) & 3], 1, 2, 3, 4);
                words = __builtin_ia32_sha256msg2(sum, w[(group + 3) & 3]);
            }
            w[group & 3] = words;
            sha_words k;
            memcpy(&k, constants + 4 * group, 16);
            k += words;
            second = __builtin_ia32_sha256rnds2(second, first, k);
            k = __builtin_shufflevector(k, k, 2, 3, 0, 1);
            first = __builtin_ia32_sha256rnds2(first, second, k);
        }
        first += first_before;
        second += second_before;
    }
    state[0] = (uint32_t)first[3], state[1] = (uint32_t)first[2];
    state[4] = (uint32_t)first[1], state[5] = (uint32_t)first[0];
    state[2] = (uint32_t)second[3], state[3] = (uint32_t)second[2];
    state[6] = (uint32_t)second[1], state[7] = (uint32_t)second[0];
}

/// Takes `blocks` blocks of 64 bytes into the state of SHA-1 (a to e). Where SHA-256's instructions are, these are.
SHA_TARGET static inline void sha1_absorb(uint32_t *state, const uint8_t *bytes, size_t blocks) {
    // The highest word comes first.
    sha_words abcd = {(int)state[3], (int)state[2], (int)state[1], (int)state[0]};
    sha_words e = {0, 0, 0, (int)state[4]};
    for (; blocks > 0; blocks--, bytes += 64) {
        const sha_words abcd_before = abcd, e_before = e;
        sha_words w[4], last = abcd;
#define SHA1_GROUP(group, kind)                                                                          \
    do {                                                                                                 \
        if ((group) < 4) {                                                                               \
            const sha_words words = sha256_load(bytes + 16 * ((group) & 3));                             \
            w[(group) & 3] = __builtin_shufflevector(words, words, 3, 2, 1, 0);                          \
        } else {                                                                                         \
            const sha_words sum =                                                                        \
                __builtin_ia32_sha1msg1(w[(group) & 3], w[((group) + 1) & 3]) ^ w[((group) + 2) & 3];    \
            w[(group) & 3] = __builtin_ia32_sha1msg2(sum, w[((group) + 3) & 3]);                         \
        }                                                                                                \
        e = (group) == 0 ? e + w[0] : (sha_words)__builtin_ia32_sha1nexte(last, w[(group) & 3]);         \
        last = abcd;                                                                                     \
        abcd = __builtin_ia32_sha1rnds4(abcd, e, kind);                                                  \
    } while (0)
        for (int group = 0; group < 5; group++) SHA1_GROUP(group, 0);
        for (int group = 5; group < 10; group++) SHA1_GROUP(group, 1);
        for (int group = 10; group < 15; group++) SHA1_GROUP(group, 2);
        for (int group = 15; group < 20; group++) SHA1_GROUP(group, 3);
#undef SHA1_GROUP
        e = __builtin_ia32_sha1nexte(last, e_before);
        abcd += abcd_before;
    }
    for (int word = 0; word < 4; word++) state[word] = (uint32_t)abcd[3 - word];
    state[4] = (uint32_t)e[3];
}

#else

static inline int sha256_is_available(void) { return 0; }

static inline void sha256_absorb(
    uint32_t *state, const uint8_t *bytes, size_t blocks, const uint32_t *constants) {}

static inline void sha1_absorb(uint32_t *state, const uint8_t *bytes, size_t blocks) {}

#endif
