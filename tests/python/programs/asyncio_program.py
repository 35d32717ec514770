# SPDX-License-Identifier: MIT
"""asyncio: tasks, threads and subprocesses that import while the loop runs."""

import asyncio
import sys


async def child(number):
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", "import json; print(json.dumps([%d]))" % number,
        stdout=asyncio.subprocess.PIPE)
    output, _ = await process.communicate()
    return output, process.returncode


def in_thread(name):
    return __import__(name).__name__


async def main():
    loop = asyncio.get_running_loop()
    names = ["colorsys", "decimal", "fractions", "statistics", "wave", "colorsys"]
    print(await asyncio.gather(*(loop.run_in_executor(None, in_thread, name) for name in names)))
    if hasattr(asyncio, "to_thread"):
        print(await asyncio.to_thread(in_thread, "plistlib"))
    print(await asyncio.gather(*(child(number) for number in range(4))))
    try:
        await asyncio.wait_for(asyncio.Event().wait(), 0.01)
    except asyncio.TimeoutError:
        print("timeout")


asyncio.run(main())
