"""Executes one notebook with the Deno kernel and writes it as .ipynb and as one HTML page.

Events go to stdout, one JSON object a line: start, cell, failed, written. Exit code: 0 when every
cell ran, 1 when one failed (the files are written all the same, with the error in them).
"""

import argparse
import contextlib
import ctypes
import json
import os
import re
import signal
import sys
import tempfile
import threading
import time
from pathlib import Path
from queue import Empty

import nbformat
from bs4 import BeautifulSoup
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionComplete, CellExecutionError, DeadKernelError
from nbclient.util import ensure_async
from nbconvert import HTMLExporter

# Deno's kernel may announce the end of a cell before the cell's last outputs (seen up to 8 ms late)
LATE_OUTPUT_SECONDS = 0.1


class PatientClient(NotebookClient):
    """Keeps outputs that come after the end of their cell; goes on behind a section that ended early."""

    # levels of headings: the one above the current cell, and that of a section that has ended
    level = 0
    ended = 0

    async def async_execute_cell(self, cell, cell_index, *args, **kwargs):
        if cell.cell_type == "markdown":
            for marks in re.findall(r"^(#+) ", cell.source, re.MULTILINE):
                self.level = len(marks)
                if self.level <= self.ended:
                    self.ended = 0
        elif cell.cell_type == "code" and self.ended:
            cell.outputs, cell.execution_count = [], None
            return cell
        try:
            return await super().async_execute_cell(cell, cell_index, *args, **kwargs)
        except CellExecutionError as error:
            if error.ename != "SectionEnd":
                raise
            self.ended = self.level
            said = f"**This section ends here.** {error.evalue}"
            cell.outputs = [output for output in cell.outputs if output.output_type != "error"]
            cell.outputs.append(nbformat.v4.new_output("display_data", {"text/markdown": said}))
            return cell

    async def _async_poll_output_msg(self, parent_msg_id, cell, cell_index):
        await super()._async_poll_output_msg(parent_msg_id, cell, cell_index)
        while True:
            try:
                message = await ensure_async(
                    self.kc.iopub_channel.get_msg(timeout=LATE_OUTPUT_SECONDS)
                )
            except Empty:
                return
            if message["parent_header"].get("msg_id") == parent_msg_id:
                try:
                    self.process_message(message, cell, cell_index)
                except CellExecutionComplete:
                    pass


def say(event, **details):
    print(json.dumps({"event": event, **details}), flush=True)


def write_atomic(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, neighbour = tempfile.mkstemp(dir=path.parent, suffix=".part")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        os.chmod(neighbour, 0o644)
        os.replace(neighbour, path)
    except OSError as error:
        os.unlink(neighbour)
        raise OSError(error.errno, error.strerror, str(path)) from error


def leave_with_parent():
    """Ends this process, as Ctrl-C would, soon after the one that started it is gone."""
    parent = os.getppid()

    def watch():
        while os.getppid() == parent:
            time.sleep(0.25)
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, daemon=True).start()


def begin_kernel():
    """Runs in the kernel's process before the kernel: Linux then kills it when the runner dies."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG
        # a kernel is a session of its own, and where those are grouped its niceness is the group's
        with contextlib.suppress(OSError), open("/proc/self/autogroup", "w") as group:
            group.write(str(os.nice(0)))


def hold(folder, name):
    """Waits until the runner of a killed report has left the notebook; held until this one ends."""
    folder.mkdir(parents=True, exist_ok=True)
    lock = open(folder / f".{name}.lock", "w")
    try:
        import fcntl

        fcntl.flock(lock, fcntl.LOCK_EX)
    except ImportError:
        pass  # no such locks on this system
    return lock


def execute(notebook, folder):
    """Runs all cells in place; returns what went wrong, or None."""
    code = [i for i, cell in enumerate(notebook.cells) if cell.cell_type == "code" and cell.source.strip()]
    started = {}

    def begin(cell, cell_index):
        started["cell"] = cell_index
        if cell_index in code:
            say("cell", number=code.index(cell_index) + 1, of=len(code), index=cell_index)

    client = PatientClient(
        notebook,
        timeout=None,
        startup_timeout=120,
        kernel_name="deno",
        resources={"metadata": {"path": str(folder)}},
        on_cell_start=begin,
    )
    say("start", cells=len(code))
    try:
        client.execute(preexec_fn=begin_kernel if os.name == "posix" else None)
    except CellExecutionError as error:
        return failure(notebook, started, error.ename, error.evalue, error.traceback)
    except DeadKernelError as error:
        return failure(notebook, started, "DeadKernelError", f"the kernel died ({error})", "")
    return None


def failure(notebook, started, name, message, traceback):
    index = started.get("cell", 0)
    code = [i for i, cell in enumerate(notebook.cells[: index + 1]) if cell.cell_type == "code"]
    return {
        "number": len(code),
        "source": notebook.cells[index].source,
        "name": name,
        "message": message,
        "traceback": traceback or "",
    }


def to_html(notebook, name, template):
    heading = next((c.source for c in notebook.cells if c.cell_type == "markdown"), name)
    title = heading.strip().splitlines()[0].lstrip("# ") if heading.strip() else name
    exporter = HTMLExporter(
        template_name="csc",
        extra_template_basedirs=[str(template)],
        mathjax_url="",
        require_js_url="",
        anchor_link_text="",
    )
    made = time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime())
    html, _ = exporter.from_notebook_node(
        notebook,
        resources={
            "report_title": title,
            "report_name": name,
            "report_footer": f"Executed {made} by the Deno kernel and nbconvert.",
        },
    )
    return with_contents(html)


def with_contents(html):
    """Puts a list of the second- and third-level headings below the title."""
    page = BeautifulSoup(html, "html.parser")
    headings = page.select("main .prose h2, main .prose h3")
    title = page.select_one("main h1")
    if title is None or len(headings) < 3:
        return html
    box = page.new_tag("nav", attrs={"class": "contents", "aria-label": "Contents"})
    folder = page.new_tag("details", open="")
    summary = page.new_tag("summary")
    summary.string = "Contents"
    items = page.new_tag("ol")
    for number, heading in enumerate(headings):
        heading["id"] = heading.get("id") or f"section-{number + 1}"
        link = page.new_tag("a", href=f"#{heading['id']}")
        link.string = heading.get_text().strip()
        item = page.new_tag("li")
        item.append(link)
        parents = items.find_all("li", recursive=False)
        if heading.name == "h3" and parents:
            deeper = parents[-1].ol
            if deeper is None:
                deeper = page.new_tag("ol")
                parents[-1].append(deeper)
            deeper.append(item)
        else:
            items.append(item)
    folder.extend([summary, items])
    box.append(folder)
    title.find_parent("section").insert_after(box)
    return str(page)


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("notebook", type=Path)
    arguments.add_argument("out", type=Path, help="folder for NAME.ipynb and NAME.html")
    arguments.add_argument("--template", type=Path, required=True)
    arguments.add_argument("--nice", type=int, default=0, help="let other processes go first, 0 to 19")
    options = arguments.parse_args()
    if hasattr(os, "nice"):
        os.nice(options.nice)
    # SIGTERM unwinds like Ctrl-C, so that the kernel is shut down on both
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    leave_with_parent()
    lock = hold(options.out, options.notebook.stem)  # noqa: F841 (released when this process ends)

    name = options.notebook.stem
    notebook = nbformat.read(options.notebook, as_version=4)
    start = time.monotonic()
    problem = execute(notebook, options.notebook.resolve().parent)
    seconds = round(time.monotonic() - start, 1)
    notebook.metadata["language_info"] = {"name": "typescript", "pygments_lexer": "typescript"}
    write_atomic(options.out / f"{name}.ipynb", nbformat.writes(notebook) + "\n")
    write_atomic(options.out / f"{name}.html", to_html(notebook, name, options.template))
    if problem:
        say("failed", seconds=seconds, **problem)
        return 1
    say("written", seconds=seconds)
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
    except OSError as error:
        sys.exit(str(error))
