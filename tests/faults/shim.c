/* Stands between a process and the C library, and makes its disk and its clock fail as told.

   Loaded by LD_PRELOAD; tests/faults/shim.py arms it in a forked child. Only files below one folder are touched, so that
   the interpreter's own files, pipes and the trace itself never count. One thread at a time: the work has no others. */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

enum { KINDS = 6, FILES = 4096, LONGEST = 4096 };
enum kind { WRITE = 1, TRUNCATE = 2, SYNC = 4, NAME = 8, OPEN = 16, READ = 32 };
enum act { NOTHING, KILL, KILL_HALFWAY, FAIL, FAIL_ON, LIE };

static char root[LONGEST];
static size_t root_length;
static char watched[FILES];
static int act, kinds, failure;
static long target, seen, reached;
static int64_t room = -1;
static int trace = -1;
static int64_t clock_ahead;

#define REAL(result, name, ...)                                                                                            \
    static result (*real_##name)(__VA_ARGS__);                                                                             \
    if (!real_##name) real_##name = dlsym(RTLD_NEXT, #name)

/* Told from Python */

void fault_watch(const char *folder) {
    root_length = strlen(folder);
    memcpy(root, folder, root_length + 1);
    memset(watched, 0, sizeof watched);
}

void fault_arm(int what, int of_kinds, long at, int error) {
    act = what, kinds = of_kinds, target = at, failure = error, seen = 0, reached = 0;
}

void fault_room(int64_t bytes) { room = bytes; }
void fault_clock(int64_t seconds) { clock_ahead = seconds; }
void fault_trace(int file) { trace = file; }
long fault_seen(void) { return seen; }
long fault_reached(void) { return reached; }
int64_t fault_left(void) { return room; }

/* The trace: kind of event, inode, offset, length, then as many bytes */

static void put(const void *bytes, size_t length) {
    REAL(ssize_t, write, int, const void *, size_t);
    for (size_t done = 0; done < length;) {
        ssize_t n = real_write(trace, (const char *)bytes + done, length - done);
        if (n <= 0) abort();
        done += (size_t)n;
    }
}

static void tell(char event, uint64_t inode, uint64_t offset, const void *bytes, uint64_t length) {
    if (trace < 0) return;
    struct { uint64_t event, inode, offset, length; } head = {(uint64_t)event, inode, offset, length};
    put(&head, sizeof head);
    put(bytes, length);
}

void fault_note(const char *text) { tell('N', 0, 0, text, strlen(text)); }

static uint64_t inode_of(int file) {
    struct stat is;
    return fstat(file, &is) ? 0 : (uint64_t)is.st_ino;
}

static int64_t size_of(int file) {
    struct stat is;
    return fstat(file, &is) ? 0 : (int64_t)is.st_size;
}

/* What is touched */

static int is_below(const char *path) {
    return root_length && !strncmp(path, root, root_length) && (path[root_length] == '/' || !path[root_length]);
}

static int is_watched(int file) { return root_length && file >= 0 && file < FILES && watched[file]; }

/* Gives 1 where the path lies below the folder, written out whole in `full`. */
static int whole(int folder, const char *path, char *full) {
    if (!root_length) return 0;
    if (path[0] == '/' || folder == AT_FDCWD) {
        snprintf(full, LONGEST, "%s", path);
        return is_below(full);
    }
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", folder);
    ssize_t n = readlink(link, full, LONGEST - 1);
    if (n < 0) return 0;
    snprintf(full + n, LONGEST - (size_t)n, "/%s", path);
    return is_below(full);
}

/* Gives 1 where the call must fail; never comes back where the process must die. `halfway` is told to write half first. */
static int strikes(int kind, int *halfway) {
    if (!act || act == LIE || !(kinds & kind)) return 0;
    if (++seen < target || (seen > target && act != FAIL_ON)) return 0;
    reached = 1;
    if (act == KILL_HALFWAY && halfway) return *halfway = 1;
    if (act == KILL || act == KILL_HALFWAY) kill(getpid(), SIGKILL);
    errno = failure;
    return 1;
}

/* A stick that is smaller than it says takes every write from the target on, and keeps none. */
static int lies(void) { return act == LIE && ++seen >= target && (reached = 1); }

static void die(void) { kill(getpid(), SIGKILL); }

/* Gives how many of `length` bytes at `offset` still find room on the simulated disk. */
static size_t fitting(int file, size_t length, int64_t offset) {
    if (room < 0) return length;
    int64_t size = size_of(file), grows = offset + (int64_t)length - size;
    if (grows <= 0) return length;
    if (grows > room) {
        reached = 1;
        int64_t fits = (int64_t)length - (grows - room);
        room = fits > 0 ? 0 : room;
        return fits > 0 ? (size_t)fits : 0;
    }
    room -= grows;
    return length;
}

static void freed(int64_t bytes) {
    if (room >= 0 && bytes > 0) room += bytes;
}

/* Opening and closing */

static int opened(int folder, const char *path, int flags, mode_t mode) {
    REAL(int, openat64, int, const char *, int, ...);
    char full[LONGEST];
    if (!whole(folder, path, full)) return real_openat64(folder, path, flags, mode);
    struct stat before;
    int was_there = !stat(full, &before);
    int changes = ((flags & O_CREAT) && !was_there) || (flags & O_TRUNC);
    if (strikes(changes ? NAME : OPEN, NULL)) return -1;
    int file = real_openat64(folder, path, flags, mode);
    if (file < 0 || file >= FILES) return file;
    watched[file] = 1;
    if ((flags & O_CREAT) && !was_there) tell('O', inode_of(file), 0, full, strlen(full));
    else if ((flags & O_TRUNC) && was_there) {
        freed(before.st_size);
        tell('T', inode_of(file), 0, "", 0);
    }
    return file;
}

#define OPENING(name, ...)                                                                                                 \
    {                                                                                                                      \
        mode_t mode = 0;                                                                                                   \
        if (flags & (O_CREAT | O_TMPFILE)) {                                                                               \
            va_list rest;                                                                                                  \
            va_start(rest, flags);                                                                                         \
            mode = va_arg(rest, mode_t);                                                                                   \
            va_end(rest);                                                                                                  \
        }                                                                                                                  \
        return opened(__VA_ARGS__, flags, mode);                                                                           \
    }

int open(const char *path, int flags, ...) OPENING(open, AT_FDCWD, path)
int open64(const char *path, int flags, ...) OPENING(open64, AT_FDCWD, path)
int openat(int folder, const char *path, int flags, ...) OPENING(openat, folder, path)
int openat64(int folder, const char *path, int flags, ...) OPENING(openat64, folder, path)

int close(int file) {
    REAL(int, close, int);
    if (file >= 0 && file < FILES) watched[file] = 0;
    return real_close(file);
}

/* Writing and reading */

static ssize_t written(int file, const void *bytes, size_t length, int64_t offset) {
    REAL(ssize_t, pwrite64, int, const void *, size_t, off64_t);
    int halfway = 0;
    if (strikes(WRITE, &halfway)) {
        if (!halfway) return -1;
        (void)!real_pwrite64(file, bytes, length / 2, offset);
        die();
    }
    if (lies()) return (ssize_t)length;
    size_t fits = fitting(file, length, offset);
    if (!fits && length) {
        errno = ENOSPC;
        return -1;
    }
    ssize_t n = real_pwrite64(file, bytes, fits, offset);
    if (n > 0) tell('W', inode_of(file), (uint64_t)offset, bytes, (uint64_t)n);
    return n;
}

ssize_t pwrite64(int file, const void *bytes, size_t length, off64_t offset) {
    REAL(ssize_t, pwrite64, int, const void *, size_t, off64_t);
    return is_watched(file) ? written(file, bytes, length, offset) : real_pwrite64(file, bytes, length, offset);
}

ssize_t pwrite(int file, const void *bytes, size_t length, off_t offset) { return pwrite64(file, bytes, length, offset); }

ssize_t write(int file, const void *bytes, size_t length) {
    REAL(ssize_t, write, int, const void *, size_t);
    if (!is_watched(file)) return real_write(file, bytes, length);
    off64_t place = lseek64(file, 0, SEEK_CUR);
    ssize_t n = written(file, bytes, length, place);
    if (n > 0) lseek64(file, place + n, SEEK_SET);
    return n;
}

int ftruncate64(int file, off64_t size) {
    REAL(int, ftruncate64, int, off64_t);
    if (!is_watched(file)) return real_ftruncate64(file, size);
    if (strikes(TRUNCATE, NULL)) return -1;
    int64_t before = size_of(file);
    int answer = real_ftruncate64(file, size);
    if (!answer) freed(before - size), tell('T', inode_of(file), (uint64_t)size, "", 0);
    return answer;
}

int ftruncate(int file, off_t size) { return ftruncate64(file, size); }

ssize_t pread64(int file, void *bytes, size_t length, off64_t offset) {
    REAL(ssize_t, pread64, int, void *, size_t, off64_t);
    if (is_watched(file) && strikes(READ, NULL)) return -1;
    return real_pread64(file, bytes, length, offset);
}

ssize_t pread(int file, void *bytes, size_t length, off_t offset) { return pread64(file, bytes, length, offset); }

ssize_t read(int file, void *bytes, size_t length) {
    REAL(ssize_t, read, int, void *, size_t);
    if (is_watched(file) && strikes(READ, NULL)) return -1;
    return real_read(file, bytes, length);
}

/* Both are answered as a file system would that knows them not: then Python writes, which is seen above. */
ssize_t sendfile64(int to, int from, off64_t *offset, size_t length) {
    REAL(ssize_t, sendfile64, int, int, off64_t *, size_t);
    if (!is_watched(to)) return real_sendfile64(to, from, offset, length);
    errno = EINVAL;
    return -1;
}

ssize_t sendfile(int to, int from, off_t *offset, size_t length) { return sendfile64(to, from, offset, length); }

ssize_t copy_file_range(int from, off64_t *at, int to, off64_t *there, size_t length, unsigned flags) {
    REAL(ssize_t, copy_file_range, int, off64_t *, int, off64_t *, size_t, unsigned);
    if (!is_watched(to)) return real_copy_file_range(from, at, to, there, length, flags);
    errno = EINVAL;
    return -1;
}

/* Syncing */

static int synced(int file, int (*sync)(int)) {
    if (!is_watched(file)) return sync(file);
    if (strikes(SYNC, NULL)) return -1;
    /* Nothing is really synced: what a disk has heard of is reckoned from the trace, and waiting for it would prove nothing. */
    tell('S', inode_of(file), 0, "", 0);
    return 0;
}

int fsync(int file) {
    REAL(int, fsync, int);
    return synced(file, real_fsync);
}

int fdatasync(int file) {
    REAL(int, fdatasync, int);
    return synced(file, real_fdatasync);
}

/* Names */

static int renamed(int from, const char *old, int to, const char *new) {
    REAL(int, renameat, int, const char *, int, const char *);
    char full[2 * LONGEST], there[LONGEST];
    if (!whole(to, new, there) || !whole(from, old, full)) return real_renameat(from, old, to, new);
    if (strikes(NAME, NULL)) return -1;
    struct stat replaced;
    int64_t gone = stat(there, &replaced) || S_ISDIR(replaced.st_mode) ? 0 : replaced.st_size;
    int answer = real_renameat(from, old, to, new);
    if (answer) return answer;
    freed(gone);
    size_t n = strlen(full) + 1;
    memcpy(full + n, there, strlen(there) + 1);
    tell('R', 0, 0, full, n + strlen(there));
    return answer;
}

int rename(const char *old, const char *new) { return renamed(AT_FDCWD, old, AT_FDCWD, new); }
int renameat(int from, const char *old, int to, const char *new) { return renamed(from, old, to, new); }

static int unlinked(int folder, const char *path, int flags) {
    REAL(int, unlinkat, int, const char *, int);
    char full[LONGEST];
    if (!whole(folder, path, full)) return real_unlinkat(folder, path, flags);
    if (strikes(NAME, NULL)) return -1;
    struct stat gone;
    int64_t size = lstat(full, &gone) || S_ISDIR(gone.st_mode) ? 0 : gone.st_size;
    int answer = real_unlinkat(folder, path, flags);
    if (!answer) freed(size), tell('U', 0, 0, full, strlen(full));
    return answer;
}

int unlink(const char *path) { return unlinked(AT_FDCWD, path, 0); }
int rmdir(const char *path) { return unlinked(AT_FDCWD, path, AT_REMOVEDIR); }
int unlinkat(int folder, const char *path, int flags) { return unlinked(folder, path, flags); }

static int folder_made(int folder, const char *path, mode_t mode) {
    REAL(int, mkdirat, int, const char *, mode_t);
    char full[LONGEST];
    if (!whole(folder, path, full)) return real_mkdirat(folder, path, mode);
    if (strikes(NAME, NULL)) return -1;
    int answer = real_mkdirat(folder, path, mode);
    struct stat is;
    if (!answer && !stat(full, &is)) tell('M', (uint64_t)is.st_ino, 0, full, strlen(full));
    return answer;
}

int mkdir(const char *path, mode_t mode) { return folder_made(AT_FDCWD, path, mode); }
int mkdirat(int folder, const char *path, mode_t mode) { return folder_made(folder, path, mode); }

/* The clock on the wall; the one that runs since the computer started is nobody's to set. */

int clock_gettime(clockid_t which, struct timespec *now) {
    REAL(int, clock_gettime, clockid_t, struct timespec *);
    int answer = real_clock_gettime(which, now);
    if (!answer && (which == CLOCK_REALTIME || which == CLOCK_REALTIME_COARSE)) now->tv_sec += clock_ahead;
    return answer;
}

int gettimeofday(struct timeval *now, void *zone) {
    REAL(int, gettimeofday, struct timeval *, void *);
    int answer = real_gettimeofday(now, zone);
    if (!answer) now->tv_sec += clock_ahead;
    return answer;
}

time_t time(time_t *there) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (there) *there = now.tv_sec;
    return now.tv_sec;
}
