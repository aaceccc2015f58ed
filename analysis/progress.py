"""progress.py - say on standard error what goes on, where it takes long: nothing in the first second; on a terminal one line that
replaces itself once a second, on a pipe a line within 2 s in the first minute and every 30 s after.

    with Progress("dtsim plot") as progress:
        progress.show("reading results/tau.h5")
        progress.show("drawing curve")          # instant: a thread prints what was said last, and for how long it has been so

A line of its own must not stand inside the one that replaces itself: call clear() before any other output."""
import sys
import threading
import time

SILENT = {True: 1.0, False: 1.0}           # seconds without a line, from the first show() on: on a terminal, on a pipe
EVERY_TTY, EVERY, LATER, MINUTE = 1.0, 1.8, 30.0, 60.0      # the thread looks five times a second


class Progress:
    """One line that says what a command does."""

    def __init__(self, front: str, stream=None, clock=time.monotonic):
        self.front, self.stream, self.clock = front, stream or sys.stderr, clock
        self.tty = self.stream.isatty()
        self.words, self.since, self.begun, self.next = "", 0.0, None, 0.0
        self.standing = False               # a line that replaces itself is on the terminal
        self.lock, self.ended, self.thread = threading.Lock(), threading.Event(), None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.ended.set()
        if self.thread:
            self.thread.join()
        self.clear()

    def show(self, words: str) -> None:
        """What goes on from now on."""
        with self.lock:
            self.words, self.since = words, self.clock()
            if self.begun is None:
                self.begun, self.next = self.since, self.since + SILENT[self.tty]
        if self.thread is None:
            self.thread = threading.Thread(target=self._watch, daemon=True)
            self.thread.start()

    def clear(self) -> None:
        """Take the line off the terminal."""
        with self.lock:
            if self.standing:
                self._put("\r\033[K")
                self.standing = False

    def tick(self) -> None:
        """Print the line if it is time."""
        with self.lock:
            now = self.clock()
            if self.begun is None or now < self.next:
                return
            line = f"{self.front}: {self.words} ({now - self.since:.0f} s)"
            self._put(f"\r\033[K{line}" if self.tty else f"{line}\n")
            self.standing = self.tty
            self.next = now + (EVERY_TTY if self.tty else EVERY if now < self.begun + MINUTE else LATER)

    def _put(self, words: str) -> None:
        """Nobody need read it: a closed pipe is no error."""
        try:
            self.stream.write(words)
            self.stream.flush()
        except (OSError, ValueError):
            pass

    def _watch(self) -> None:
        while not self.ended.wait(0.2):
            self.tick()
