"""Starts a Jupyter kernel that "Interrupt" does not end: interruptible-kernel.py CONNECTION_FILE COMMAND...

Jupyter interrupts a kernel by SIGINT to its process group, which ends Deno's kernel, even an idle one
(https://github.com/denoland/deno/issues/24491). Here the kernel ignores SIGINT. A process beside it,
of the same group, takes it and makes the file that CSC_INTERRUPT_FILE names: long work in the kernel
looks at that file and ends its cell (lib/run/interrupt.ts). The kernel takes the place of this
process, so that Jupyter ends and watches the kernel itself; the process beside it ends with it.
"""

import os
import signal
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "packages/safe-files"))
from safe_files import remove_file


def watch(kernel_lives: int, stop_file: Path) -> None:
    """Makes the file at each SIGINT, until the kernel is gone; the file goes with it."""
    signal.signal(signal.SIGINT, lambda *_: stop_file.touch())
    for number in (signal.SIGTERM, signal.SIGHUP):  # the kernel decides when it ends
        signal.signal(number, signal.SIG_IGN)
    os.read(kernel_lives, 1)  # nothing is ever written: returns when the kernel's end is closed
    remove_file(stop_file)


def main(connection_file: str, *command: str) -> None:
    stop_file = Path(f"{connection_file}.interrupt")
    remove_file(stop_file)  # of a kernel that was killed
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # stays so in the kernel
    kernel_lives, held_by_kernel = os.pipe()
    if os.fork() == 0:
        os.close(held_by_kernel)
        watch(kernel_lives, stop_file)
        os._exit(0)
    os.close(kernel_lives)
    os.set_inheritable(held_by_kernel, True)
    os.execve(command[0], command, {**os.environ, "CSC_INTERRUPT_FILE": str(stop_file)})


main(*sys.argv[1:])
