"""Executes one notebook with the Deno kernel and writes it as NAME.ipynb and as one page, NAME.html.

Events go to stdout, one JSON object a line: start, cell, kept (an edited page), failed, written. Exit code: 0 when every
cell ran, 1 when one failed (the files, with the error in them, are then NAME.failed.ipynb and .html,
and those of an earlier run stay), 128 and the signal when stopped (nothing is written).
"""

import argparse
import asyncio
import base64
import contextlib
import ctypes
import hashlib
import json
import os
import re
import signal
import sys
import threading
import time
from contextlib import asynccontextmanager
from pathlib import Path
from queue import Empty

import nbformat
from bs4 import BeautifulSoup
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionComplete, CellExecutionError, DeadKernelError
from nbclient.util import ensure_async
from nbconvert import HTMLExporter
from nbconvert.filters import markdown2html

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "packages/safe-files"))
from safe_files import remove_file, write_atomic

# Deno's kernel may announce the end of a cell before the cell's last outputs (seen up to 8 ms late)
LATE_OUTPUT_SECONDS = 0.1


class PatientClient(NotebookClient):
    """Keeps outputs that come after the end of their cell; goes on behind a section that ended early."""

    # levels of headings: the one above the current cell, and that of a section that has ended
    level = 0
    ended = 0
    # whether a section ended for want of what may be there another day
    lacked = False

    @asynccontextmanager
    async def async_setup_kernel(self, **kwargs):
        loop = asyncio.get_event_loop()
        # nbclient would end the kernel on a signal, and take its end for a failure of the cell
        loop.add_signal_handler = lambda *_: None
        try:
            async with super().async_setup_kernel(**kwargs):
                yield
        finally:
            del loop.add_signal_handler

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
            if error.ename not in ("SectionEnd", "SectionEndForNow"):
                raise
            self.lacked = self.lacked or error.ename == "SectionEndForNow"
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


def tell_kept(line):
    say("kept", line=line)


def leave_with_parent():
    """Ends this process, as Ctrl-C would, soon after the one that started it is gone."""
    parent = os.getppid()

    def watch():
        while os.getppid() == parent:
            time.sleep(0.25)
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, daemon=True).start()


class Stopping:
    """Ends this process on SIGTERM, Ctrl-C and SIGHUP, and the kernel before it."""

    kernel = None
    # Windows knows no terminals that are closed
    numbers = [getattr(signal, name) for name in ("SIGTERM", "SIGINT", "SIGHUP") if hasattr(signal, name)]

    def __init__(self):
        for number in self.numbers:
            signal.signal(number, self.leave)

    def leave(self, number, _frame):
        for other in self.numbers:  # one is enough
            signal.signal(other, signal.SIG_IGN)
        if self.kernel is None:
            sys.exit(128 + number)
        # a loop that waits for the kernel is in the way of any other end; nothing is written meanwhile
        process = getattr(self.kernel.provisioner, "process", None)
        if process is not None:
            with contextlib.suppress(ProcessLookupError, ChildProcessError):
                os.kill(process.pid, getattr(signal, "SIGKILL", signal.SIGTERM))
                os.waitpid(process.pid, 0)
        self.kernel.cleanup_connection_file()
        os._exit(128 + number)


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


def execute(notebook, folder, stopping):
    """Runs all cells in place; returns what went wrong, or None, and whether it lacked anything."""
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
    client.km = stopping.kernel = client.create_kernel_manager()
    say("start", cells=len(code))
    try:
        client.execute(preexec_fn=begin_kernel if os.name == "posix" else None)
    except CellExecutionError as error:
        return failure(notebook, started, error.ename, error.evalue, error.traceback), client.lacked
    except DeadKernelError as error:
        return failure(notebook, started, "DeadKernelError", f"the kernel died ({error})", ""), client.lacked
    finally:
        stopping.kernel = None
    return None, client.lacked


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


def heading_of(path):
    """The first line of a notebook: its title."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    lines = "".join(next((c["source"] for c in cells if c["cell_type"] == "markdown"), "")).strip().splitlines()
    return lines[0].lstrip("# ") if lines else path.stem


def neighbours(path):
    """Name and title of the notebooks before and after one; None where there is none."""
    names = sorted(path.parent.glob("[0-9][0-9]-*.ipynb"))
    place = names.index(path) if path in names else -1
    if place < 0:
        return None, None
    around = [names[i] if 0 <= i < len(names) else None for i in (place - 1, place + 1)]
    return [other and {"name": other.stem, "title": heading_of(other)} for other in around]


def to_html(notebook, path, template):
    exporter = HTMLExporter(
        template_name="csc",
        extra_template_basedirs=[str(template)],
        mathjax_url="",
        require_js_url="",
        anchor_link_text="",
    )
    page = nbformat.from_dict(notebook)
    made = time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime())
    script = (template / "csc/page.js").read_text(encoding="utf-8")
    before, after = neighbours(path)
    html, _ = exporter.from_notebook_node(
        page,
        resources={
            "report_title": heading_of(path),
            "report_name": path.stem,
            "report_footer": f"Executed {made} by the Deno kernel and nbconvert.",
            "before": before,
            "after": after,
            "script": script,
            "script_hash": base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
        },
    )
    page = BeautifulSoup(html, "html.parser")
    turn_links(page)
    fold_progress(page)
    add_band(page)
    add_words(page)
    add_contents(page)
    return str(page)


def turn_links(page):
    """What JupyterLab finds from notebooks/ is found from the page: its neighbours, and what lies in out/."""
    for link in page.select(".prose a[href]"):
        link["href"] = re.sub(r"^(\d\d-[\w-]+)\.ipynb(?=#|$)", r"\1.html", link["href"]).removeprefix("../out/")


def fold_progress(page):
    """Puts the lines of finished work of a cell into one that opens."""
    for cell in page.select("section.cell"):
        lines = cell.select(".csc-progress")
        if not lines:
            continue
        folder = page.new_tag("details", attrs={"class": "progress"})
        summary = page.new_tag("summary")
        summary.string = "Progress" if len(lines) == 1 else f"Progress: {len(lines)} runs"
        folder.append(summary)
        lines[0].insert_before(folder)
        folder.extend([line.extract() for line in lines])


def add_band(page):
    """Keeps it in sight that sources are simulated."""
    if page.select_one(".csc-banner"):
        band = page.new_tag("p", attrs={"class": "band", "role": "note"})
        band.string = "SIMULATED SOURCES: nothing on this page is of the sky"
        page.body.insert(0, band)


GLOSSARY = "../docs/glossary.md"


def glossary():
    """What the glossary says of each word: HTML by the anchor that the word has there."""
    text = (Path(__file__).resolve().parents[2] / "docs/glossary.md").read_text(encoding="utf-8")
    said = {}
    for item in re.findall(r"^- .*(?:\n  .*)*", text, re.MULTILINE):
        html = markdown2html(re.sub(r'<a id="[^"]*"></a>', "", item[2:].replace("\n  ", "\n")))
        said.update(dict.fromkeys(re.findall(r'<a id="([^"]*)">', item), html))
    return said


def add_words(page):
    """Explains the words that the page links to the glossary at its end: a page needs nothing but itself."""
    links = page.select(f'.prose a[href^="{GLOSSARY}#"]')
    if not links:
        return
    said, explained = glossary(), {}
    section = page.new_tag("section", attrs={"class": "prose words"})
    heading = page.new_tag("h2", id="words")
    heading.string = "Words used here"
    section.append(heading)
    for link in links:
        word = link["href"].partition("#")[2]
        if word not in said:
            raise ValueError(f'{link["href"]}: docs/glossary.md has no anchor "{word}"')
        if said[word] not in explained:
            explained[said[word]] = f"word-{word}"
            entry = page.new_tag("div", id=explained[said[word]])
            entry.append(BeautifulSoup(said[word], "html.parser"))
            section.append(entry)
        link["href"] = f"#{explained[said[word]]}"
    page.select_one("main nav.turn").insert_before(section)


def add_contents(page):
    """Puts a list of the second- and third-level headings beside the text."""
    headings = page.select("main .prose h2, main .prose h3")
    if len(headings) < 3:
        return
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
    page.body["class"] = [*page.body.get("class", []), "with-contents"]
    page.select_one("main").insert_before(box)


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("notebook", type=Path)
    arguments.add_argument("out", type=Path, help="folder for NAME.ipynb and NAME.html")
    arguments.add_argument("--template", type=Path, required=True)
    arguments.add_argument("--nice", type=int, default=0, help="let other processes go first, 0 to 19")
    options = arguments.parse_args()
    if hasattr(os, "nice"):
        os.nice(options.nice)
    stopping = Stopping()
    leave_with_parent()
    lock = hold(options.out, options.notebook.stem)  # noqa: F841 (released when this process ends)

    name = options.notebook.stem
    notebook = nbformat.read(options.notebook, as_version=4)
    start = time.monotonic()
    problem, lacked = execute(notebook, options.notebook.resolve().parent, stopping)
    seconds = round(time.monotonic() - start, 1)
    notebook.metadata["language_info"] = {"name": "typescript", "pygments_lexer": "typescript"}
    # a finished page is replaced by a finished one only
    pages = [options.out / f"{name}{'.failed' if problem else ''}.{kind}" for kind in ("ipynb", "html")]
    texts = [nbformat.writes(notebook) + "\n", to_html(notebook, options.notebook.resolve(), options.template)]
    for page, text in zip(pages, texts):
        write_atomic(page, text, options.out, tell_kept)
    if problem:
        say("failed", seconds=seconds, **problem)
        return 1
    for page in pages:
        remove_file(page.with_name(f"{name}.failed{page.suffix}"), options.out, tell_kept)
    say("written", seconds=seconds, lacked=lacked)
    return 0


if __name__ == "__main__":
    try:
        code = main()
    except SystemExit as error:
        code = error.code
    except OSError as error:
        print(error, file=sys.stderr)
        code = 1
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)  # threads of the kernel's client are not waited for
