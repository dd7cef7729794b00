# SPDX-License-Identifier: Apache-2.0
"""Runs scenarios on asyncio, on a clock that jumps to the next timer, and prints what each logs.

usage: traces.py FILE. In the file each scenario is a line "#scenario NAME SINCE inside|outside" and its
statements. "inside" ones are the body of a coroutine that runs on the loop; "outside" ones make loops.
"""

import asyncio
import concurrent.futures
import contextvars
import selectors
import sys
import textwrap
import threading
import traceback

RESULT = {"inside": "async def main():\n", "outside": "def main():\n"}


class JumpingSelector(selectors.SelectSelector):
    """Never waits for time to pass: it adds it to the loop's clock."""

    def __init__(self, clock):
        super().__init__()
        self.clock = clock

    def select(self, timeout=None):
        events = super().select(10 if timeout is None else 0)
        if timeout is None and not events:
            raise AssertionError("the scenario waits for ever")
        if timeout and not events:
            self.clock[0] += timeout
        return events


class JumpingLoop(asyncio.SelectorEventLoop):
    def __init__(self):
        self.clock = [0.0]
        super().__init__(JumpingSelector(self.clock))

    def time(self):
        return self.clock[0]


class Oops(Exception):
    pass



class Scenario:
    """What a scenario sees, beside asyncio's own names."""

    def __init__(self):
        self.lines = []
        self.loop = None
        self.over = False

    def new_loop(self):
        self.loop = JumpingLoop()
        self.loop.set_exception_handler(self.on_exception)
        return self.loop

    def on_exception(self, loop, context):
        if "never retrieved" not in context["message"]:
            exception = context.get("exception")
            self.log("handler", None if exception is None else describe(exception))

    def log(self, *values):
        now = 0 if self.loop is None else round(self.loop.time() * 1000)
        self.lines.append(" ".join([str(now), *map(fmt, values)]))

    def ticks(self, count, number=1):
        """Logs the iterations that follow."""
        if self.over:
            return
        self.log("tick", number)
        if number < count:
            asyncio.get_running_loop().call_soon(self.ticks, count, number + 1)

    async def worker(self, name, *delays):
        """Sleeps several times, and tells of it."""
        self.log(name, "starts")
        try:
            for delay in delays:
                await asyncio.sleep(delay)
                self.log(name, "goes on")
        except asyncio.CancelledError as e:
            self.log(name, e)
            raise
        self.log(name, "ends")
        return name

    async def failing(self, name, delay=0):
        """Sleeps, and fails."""
        await self.worker(name, delay)
        raise Oops(name)

    def run(self, main):
        with asyncio.Runner(loop_factory=self.new_loop) as runner:
            return runner.run(main)


def fmt(value):
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, BaseException):
        return describe(value)
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(fmt, value)) + "]"
    if isinstance(value, asyncio.Future):
        return state(value)
    return str(value)


def describe(exception):
    """Its name, and its message where that is not of the library's making."""
    name = type(exception).__name__
    if isinstance(exception, BaseExceptionGroup):
        return "ExceptionGroup" + fmt(list(exception.exceptions))
    if isinstance(exception, (asyncio.CancelledError, Oops)) and any(exception.args):
        return name + "(" + fmt(exception.args[0]) + ")"
    return name


def state(future):
    if not future.done():
        return "pending"
    if future.cancelled():
        return "cancelled"
    return fmt(future.exception() or future.result())


def states(futures):
    """Futures by what has become of them, in the order of that text: sets have none."""
    return sorted(map(state, futures))


async def outcome(awaitable):
    """What an awaitable comes to, as text."""
    try:
        return fmt(await awaitable)
    except BaseException as e:
        return describe(e)


def attempt(function, *args):
    """What a call comes to, as text."""
    try:
        return fmt(function(*args))
    except BaseException as e:
        return describe(e)


async def tell_end(scenario, main):
    try:
        await main
    finally:
        scenario.over = True


def trace(kind, source):
    scenario = Scenario()
    names = {name: getattr(asyncio, name) for name in asyncio.__all__}
    names.update(
        asyncio=asyncio, threading=threading, concurrent=concurrent, TaskGroup=asyncio.TaskGroup,
        ContextVar=contextvars.ContextVar, copy_context=contextvars.copy_context,
        Oops=Oops, outcome=outcome, attempt=attempt, describe=describe, state=state, states=states,
        log=scenario.log, ticks=scenario.ticks, worker=scenario.worker, failing=scenario.failing,
        run=scenario.run, new_loop=scenario.new_loop)
    exec(RESULT[kind] + textwrap.indent(source, "    "), names)
    try:
        if kind == "outside":
            names["main"]()
        else:
            with asyncio.Runner(loop_factory=scenario.new_loop) as runner:
                names["loop"] = runner.get_loop()
                runner.run(tell_end(scenario, names["main"]()))
    except (Exception, asyncio.CancelledError) as e:
        scenario.log("raised", e)
        if isinstance(e, (NameError, TypeError, AttributeError, SyntaxError)):
            traceback.print_exc()
    return scenario.lines


def main():
    print("#python", ".".join(map(str, sys.version_info[:3])))
    with open(sys.argv[1], encoding="utf-8") as file:
        for text in file.read().split("#scenario ")[1:]:
            header, source = text.split("\n", 1)
            name, since, kind = header.split()
            print("#scenario", name)
            if sys.version_info < tuple(map(int, since.split("."))):
                print("#skipped")
            else:
                print("\n".join(trace(kind, source)))


main()
