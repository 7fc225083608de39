// The signals that ask a program to end: SIGINT, SIGTERM and SIGHUP, but for those that were ignored when it was started
// (nohup, a shell's background job): they stay ignored.
#ifndef CSIGNALS_H
#define CSIGNALS_H

// Catches them from now on: the first is for signals_wait, a later one ends the process with 128 and its number, after a
// call of `last`, which must be async-signal-safe.
void signals_catch(void (*last)(void));

// Blocks until the first of them has come; its number.
int signals_wait(void);

// From now on SIGHUP asks for something to be read again: each is for signals_wait_hangup, and ends nothing.
void signals_take_hangup(void);

// Blocks until the next SIGHUP has come.
void signals_wait_hangup(void);

#endif
