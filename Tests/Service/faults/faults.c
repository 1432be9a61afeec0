/* Fails file operations below one folder at will, or lets them wait, moves the clock, and lets a computing
   thread stand still: preloaded into the service by tests of faults.

   FAULTS_FOLDER  operations on files whose path holds this text count
   FAULTS_CONTROL a file of struct control, mapped by the test and by the process
   FAULTS_LOG     if set, every operation that changes a file is appended to it (see power_loss.py) */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

enum { OPEN = 1, WRITE = 2, SYNC = 4, CUT = 8, NAME = 16, READ = 32 };

struct control {
    int32_t kinds;      /* which kinds of operation may fail */
    int32_t error;      /* the errno they fail with */
    int64_t countdown;  /* the operation that fails: 1 is the next one; 0 none */
    int32_t lasting;    /* whether those after it fail as well */
    int32_t fired;      /* how many have failed */
    int64_t seen;       /* how many operations of these kinds there were */
    int32_t half;       /* whether a write that fails writes half of its bytes first */
    int32_t kind;       /* what failed last */
    char path[400];     /* and with which file */
    int64_t clock;      /* seconds that the system's clock is ahead of the right time */
    int32_t hold;       /* the operation waits while this is set, instead of failing */
    int32_t held;       /* how many have waited, or wait now */
    int32_t of_jobs;    /* whether only operations of threads that run jobs count: those at niceness 10 */
    int32_t still;      /* 1: the next worker (a job's own thread, not a helper of its loops) that reads a
                           clock stands still while this is set; then 2 */
};

static struct control *control;
static const char *folder;
static int log_file = -1;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char *names[65536];

#define REAL(name) ((__typeof__(&name))real(#name))

static void *real(const char *name) { return dlsym(RTLD_NEXT, name); }

__attribute__((constructor)) static void begin(void) {
    folder = getenv("FAULTS_FOLDER");
    const char *path = getenv("FAULTS_CONTROL");
    if (path) {
        int file = REAL(open)(path, O_RDWR | O_CLOEXEC);
        if (file >= 0) {
            void *map = mmap(0, sizeof *control, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
            if (map != MAP_FAILED) control = map;
            REAL(close)(file);
        }
    }
    const char *log = getenv("FAULTS_LOG");
    if (log) log_file = REAL(open)(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
}

static int counts(const char *path) { return folder && path && strstr(path, folder); }

static const char *name_of(int file) {
    return file >= 0 && file < 65536 ? names[file] : 0;
}

static void remember(int file, const char *path) {
    if (file < 0 || file >= 65536) return;
    free(names[file]);
    names[file] = counts(path) ? strdup(path) : 0;
}

static int runs_a_job(void) {
    int saved = errno;
    int is = getpriority(PRIO_PROCESS, 0) >= 10;
    errno = saved;
    return is;
}

/* A job's own thread is one of Dispatch's, which names them by their quality of service. */
static int is_a_worker(void) {
    char name[16] = "";
    prctl(PR_GET_NAME, name);
    return strstr(name, "utility-qos") && runs_a_job();
}

static void wait_while(volatile int32_t *set) {
    struct timespec moment = {0, 5000000};
    while (*set) nanosleep(&moment, 0);
}

/* Whether this operation is to fail; errno is set then. */
static int fails(int kind, const char *path) {
    if (!control || !counts(path) || !(control->kinds & kind)) return 0;
    if (control->of_jobs && !runs_a_job()) return 0;
    pthread_mutex_lock(&lock);
    control->seen++;
    int now = 0;
    if (control->countdown > 1) control->countdown--;
    else if (control->countdown == 1) {
        now = 1;
        control->fired++;
        control->kind = kind;
        strncpy(control->path, path, sizeof control->path - 1);
        if (!control->lasting) control->countdown = 0;
    }
    int error = control->error;
    int holds = now && control->hold;
    if (holds) control->held++;
    pthread_mutex_unlock(&lock);
    if (holds) {
        wait_while(&control->hold);
        return 0;
    }
    if (now) errno = error;
    return now;
}

/* A record: kind, length of the path, of the second path, offset, length of data; then those. */
static void note(char kind, const char *path, const char *other, int64_t offset, const void *data,
                 int64_t size) {
    if (log_file < 0 || !(counts(path) || counts(other))) return;
    struct __attribute__((packed)) {
        char kind;
        uint16_t path, other;
        int64_t offset, size;
    } head = {kind, (uint16_t)strlen(path), (uint16_t)(other ? strlen(other) : 0), offset, size};
    struct iovec parts[4] = {
        {&head, sizeof head}, {(void *)path, head.path}, {(void *)other, head.other},
        {(void *)data, data ? (size_t)size : 0}};
    int saved = errno;
    pthread_mutex_lock(&lock);
    (void)!REAL(writev)(log_file, parts, 4);
    pthread_mutex_unlock(&lock);
    errno = saved;
}

static int after_open(int file, const char *path, int flags) {
    if (file >= 0) {
        remember(file, path);
        if (counts(path) && (flags & O_CREAT)) note('c', path, 0, 0, 0, 0);
        if (counts(path) && (flags & O_TRUNC)) note('t', path, 0, 0, 0, 0);
    }
    return file;
}

#define MODE(flags, last) \
    mode_t mode = 0; \
    if ((flags) & (O_CREAT | O_TMPFILE)) { \
        va_list list; \
        va_start(list, last); \
        mode = va_arg(list, mode_t); \
        va_end(list); \
    }

int open(const char *path, int flags, ...) {
    MODE(flags, flags)
    if (fails(OPEN, path)) return -1;
    return after_open(REAL(open)(path, flags, mode), path, flags);
}

int open64(const char *path, int flags, ...) {
    MODE(flags, flags)
    if (fails(OPEN, path)) return -1;
    return after_open(REAL(open64)(path, flags, mode), path, flags);
}

int openat(int at, const char *path, int flags, ...) {
    MODE(flags, flags)
    if (fails(OPEN, path)) return -1;
    return after_open(REAL(openat)(at, path, flags, mode), path, flags);
}

int close(int file) {
    if (file >= 0 && file < 65536) {
        free(names[file]);
        names[file] = 0;
    }
    return REAL(close)(file);
}

/* Tells of the part that is written before a failing write fails. */
static size_t half(size_t size) { return control && control->half && size > 1 ? size / 2 : 0; }

#define WRITING(name, real_call, real_half, place) \
    const char *path = name_of(file); \
    if (fails(WRITE, path)) { \
        size_t part = half(size); \
        if (!part) return -1; \
        (void)!real_half; \
        note('w', path, 0, place, data, (int64_t)part); \
        errno = control->error; \
        return -1; \
    } \
    ssize_t done = real_call; \
    if (done > 0 && path) note('w', path, 0, place, data, done); \
    return done;

ssize_t pwrite(int file, const void *data, size_t size, off_t at) {
    WRITING(pwrite, REAL(pwrite)(file, data, size, at), REAL(pwrite)(file, data, part, at), at)
}

ssize_t pwrite64(int file, const void *data, size_t size, off64_t at) {
    WRITING(pwrite64, REAL(pwrite64)(file, data, size, at), REAL(pwrite64)(file, data, part, at), at)
}

ssize_t write(int file, const void *data, size_t size) {
    int64_t at = name_of(file) ? lseek(file, 0, SEEK_CUR) : 0;
    WRITING(write, REAL(write)(file, data, size), REAL(write)(file, data, part), at)
}

ssize_t pread(int file, void *data, size_t size, off_t at) {
    return fails(READ, name_of(file)) ? -1 : REAL(pread)(file, data, size, at);
}

ssize_t pread64(int file, void *data, size_t size, off64_t at) {
    return fails(READ, name_of(file)) ? -1 : REAL(pread64)(file, data, size, at);
}

ssize_t read(int file, void *data, size_t size) {
    return fails(READ, name_of(file)) ? -1 : REAL(read)(file, data, size);
}

#define SYNCING(call) \
    if (fails(SYNC, name_of(file))) return -1; \
    int code = call; \
    if (code == 0 && name_of(file)) note('s', name_of(file), 0, 0, 0, 0); \
    return code;

int fsync(int file) { SYNCING(REAL(fsync)(file)) }
int fdatasync(int file) { SYNCING(REAL(fdatasync)(file)) }

#define CUTTING(call) \
    if (fails(CUT, name_of(file))) return -1; \
    int code = call; \
    if (code == 0 && name_of(file)) note('t', name_of(file), 0, length, 0, 0); \
    return code;

int ftruncate(int file, off_t length) { CUTTING(REAL(ftruncate)(file, length)) }
int ftruncate64(int file, off64_t length) { CUTTING(REAL(ftruncate64)(file, length)) }

int posix_fallocate(int file, off_t at, off_t length) {
    return fails(WRITE, name_of(file)) ? errno : REAL(posix_fallocate)(file, at, length);
}

int rename(const char *from, const char *to) {
    if (fails(NAME, from)) return -1;
    int code = REAL(rename)(from, to);
    if (code == 0) note('r', from, to, 0, 0, 0);
    return code;
}

int link(const char *from, const char *to) {
    if (fails(NAME, from)) return -1;
    int code = REAL(link)(from, to);
    if (code == 0) note('l', from, to, 0, 0, 0);
    return code;
}

int unlink(const char *path) {
    if (fails(NAME, path)) return -1;
    int code = REAL(unlink)(path);
    if (code == 0) note('u', path, 0, 0, 0, 0);
    return code;
}

int mkdir(const char *path, mode_t mode) {
    if (fails(NAME, path)) return -1;
    int code = REAL(mkdir)(path, mode);
    if (code == 0) note('m', path, 0, 0, 0, 0);
    return code;
}

int clock_gettime(clockid_t which, struct timespec *time) {
    if (control && control->still == 1 && is_a_worker() && __sync_bool_compare_and_swap(&control->still, 1, 2))
        wait_while(&control->still);
    int code = REAL(clock_gettime)(which, time);
    if (code == 0 && which == CLOCK_REALTIME && control) time->tv_sec += control->clock;
    return code;
}
