#include "CSignals.h"

#include <errno.h>
#include <semaphore.h>
#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>
#include <unistd.h>

// Wrappers (timeout, npm, a job scheduler) send one wish twice: to us, and to our group.
static const int64_t same_wish_ms = 100;

static sem_t arrived;
static sem_t hung_up;
static _Atomic int takes_hangup;
static _Atomic int first;
static _Atomic int64_t first_ms;
static void (*at_last)(void);

static int64_t now_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void take(int number) {
    const int saved = errno;
    if (number == SIGHUP && atomic_load(&takes_hangup)) {
        sem_post(&hung_up);
        errno = saved;
        return;
    }
    const int64_t now = now_ms();
    int64_t never = 0;
    if (atomic_compare_exchange_strong(&first_ms, &never, now)) {
        atomic_store(&first, number);
        sem_post(&arrived);
    } else if (now - never > same_wish_ms) {
        at_last();
        _exit(128 + number);
    }
    errno = saved;
}

void signals_catch(void (*last)(void)) {
    const int numbers[] = {SIGINT, SIGTERM, SIGHUP};
    sem_init(&arrived, 0, 0);
    at_last = last;
    struct sigaction ours = {.sa_handler = take, .sa_flags = SA_RESTART}, old;
    sigemptyset(&ours.sa_mask);
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        if (sigaction(numbers[i], NULL, &old) == 0 && old.sa_handler != SIG_IGN) sigaction(numbers[i], &ours, NULL);
}

int signals_wait(void) {
    while (sem_wait(&arrived) != 0 && errno == EINTR) {}
    return atomic_load(&first);
}

void signals_take_hangup(void) {
    struct sigaction ours = {.sa_handler = take, .sa_flags = SA_RESTART};
    sigemptyset(&ours.sa_mask);
    sem_init(&hung_up, 0, 0);
    atomic_store(&takes_hangup, 1);
    // Also where it was ignored (nohup): it no longer ends the process.
    sigaction(SIGHUP, &ours, NULL);
}

void signals_wait_hangup(void) {
    while (sem_wait(&hung_up) != 0 && errno == EINTR) {}
}
