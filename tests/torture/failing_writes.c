/* Loaded before the C library: the Nth call that would change a file below a folder fails, and those after it when
 * the fault stays. `fail_writes` sets it, `writes_seen` says how many such calls there were since, and `nth_sync` which
 * of them put content onto the disk: the number of the nth of those, counted from 0, or 0. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

static char under[PATH_MAX];
static atomic_long seen, syncs;
static long sync_numbers[1024];
static long failing, error, stays;

void fail_writes(const char *folder, long nth, long number, long for_good)
{
    failing = nth, error = number, stays = for_good;
    atomic_store(&seen, 0), atomic_store(&syncs, 0);
    snprintf(under, sizeof under, "%s", folder);
}

long writes_seen(void) { return atomic_load(&seen); }
long nth_sync(long nth) { return nth < atomic_load(&syncs) && nth < 1024 ? sync_numbers[nth] : 0; }

static int below(const char *path) { return under[0] && path && !strncmp(path, under, strlen(under)); }

static int fails(void)
{
    long now = atomic_fetch_add(&seen, 1) + 1;
    if (!failing || (stays ? now < failing : now != failing))
        return 0;
    errno = (int)error;
    return 1;
}

static int file_fails(int fd)
{
    char link[64], path[PATH_MAX];
    if (!under[0])
        return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0)
        return 0;
    path[length] = 0;
    return below(path) && fails();
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))
#define ON_FILE(result, name, parameters, arguments) \
    result name parameters { return file_fails(fd) ? -1 : REAL(name) arguments; }

ON_FILE(ssize_t, write, (int fd, const void *from, size_t size), (fd, from, size))
ON_FILE(ssize_t, pwrite, (int fd, const void *from, size_t size, off_t at), (fd, from, size, at))
ON_FILE(ssize_t, pwrite64, (int fd, const void *from, size_t size, off64_t at), (fd, from, size, at))
ON_FILE(ssize_t, writev, (int fd, const struct iovec *from, int count), (fd, from, count))
static int sync_fails(int fd)
{
    long before = atomic_load(&seen);
    int failed = file_fails(fd);
    if (atomic_load(&seen) > before) {
        long nth = atomic_fetch_add(&syncs, 1);
        if (nth < 1024)
            sync_numbers[nth] = before + 1;
    }
    return failed;
}

int fsync(int fd) { return sync_fails(fd) ? -1 : REAL(fsync)(fd); }
int fdatasync(int fd) { return sync_fails(fd) ? -1 : REAL(fdatasync)(fd); }
ON_FILE(int, ftruncate, (int fd, off_t size), (fd, size))
ON_FILE(int, ftruncate64, (int fd, off64_t size), (fd, size))
ON_FILE(int, fchmod, (int fd, mode_t mode), (fd, mode))

#define ON_PATH(name, parameters, arguments) \
    int name parameters { return below(path) && fails() ? -1 : REAL(name) arguments; }

ON_PATH(rename, (const char *path, const char *to), (path, to))
ON_PATH(link, (const char *path, const char *to), (path, to))
ON_PATH(unlink, (const char *path), (path))
ON_PATH(mkdir, (const char *path, mode_t mode), (path, mode))

#define OPENS(name) \
    int name(const char *path, int flags, ...) \
    { \
        va_list more; \
        va_start(more, flags); \
        mode_t mode = va_arg(more, mode_t); \
        va_end(more); \
        if (flags & (O_WRONLY | O_RDWR | O_CREAT) && below(path) && fails()) \
            return -1; \
        return REAL(name)(path, flags, mode); \
    }

OPENS(open)
OPENS(open64)
