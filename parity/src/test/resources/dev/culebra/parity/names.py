# SPDX-License-Identifier: Apache-2.0
"""Prints each public name of asyncio and its classes' attributes, a line for each.

An attribute may have a row under any public class that shares it, so its line lists them all.
"""

import asyncio
import asyncio.subprocess
import contextvars

# Attributes of instances, which the classes do not show.
MORE = """
AbstractEventLoop.slow_callback_duration IncompleteReadError.partial IncompleteReadError.expected
LimitOverrunError.consumed Process.pid Process.stdin Process.stdout Process.stderr ContextVar.get
ContextVar.set ContextVar.reset ContextVar.name Context.run Context.copy Context.get Context.keys
copy_context ContextVar Context
"""


def public_classes():
    classes = {name: getattr(asyncio, name) for name in asyncio.__all__}
    classes["Process"] = asyncio.subprocess.Process
    if hasattr(asyncio, "TaskGroup"):
        classes["TaskGroup"] = asyncio.TaskGroup  # 3.11 forgot it in __all__
    return {name: value for name, value in classes.items() if isinstance(value, type)}


def attributes(cls):
    for base in cls.__mro__:
        if base.__module__.split(".")[0] in ("asyncio", "_asyncio"):
            for name, value in vars(base).items():
                # a dataclass's slots are data descriptors as well
                if not name.startswith("_") and (callable(value) or hasattr(value, "__get__")):
                    yield name


def main():
    print("\n".join(sorted(asyncio.__all__)))
    print("\n".join(MORE.split()))
    classes = public_classes()
    for name, cls in sorted(classes.items()):
        print(name)
        if issubclass(cls, BaseException):
            continue
        related = [other for other, c in classes.items() if issubclass(cls, c) or issubclass(c, cls)]
        for attribute in sorted(set(attributes(cls))):
            owners = [other for other in related if hasattr(classes[other], attribute)]
            print(" ".join(f"{owner}.{attribute}" for owner in [name, *owners]))


main()
