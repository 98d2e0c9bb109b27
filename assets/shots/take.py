#!/usr/bin/env python3
"""Takes the README's pictures again, from the program itself.

    python3 assets/shots/take.py [PROGRAM]        default: target/release/fourline

The program runs in a pseudo-terminal of 120 columns and 36 rows, with 24-bit colours and its dark theme. The keys of
each picture are typed as a person would type them, and what is on the screen then is drawn with DejaVu Sans Mono.
Nothing is touched up. Times, descriptors and the client's port are those of that run, so they change each time.

Needs Python 3.9, `pip install pyte pillow`, and Debian's fonts-dejavu-core.
"""

import fcntl
import os
import pty
import re
import select
import struct
import sys
import termios
import time
from pathlib import Path

import pyte
from PIL import Image, ImageDraw, ImageFont

COLUMNS, ROWS = 120, 36
SIZE, CELL_WIDTH, CELL_HEIGHT = 15, 9, 17
FONT = "/usr/share/fonts/truetype/dejavu/DejaVuSansMono%s.ttf"
PAPER, INK = "#1e1e2e", "#cdd6f4"

# What is typed before each picture: names of keys, text, and "wait". After each, the screen is given time to come to rest.
PICTURES = {
    "main": ["Space"] * 2 + ["h", "Space"],
    "ladder": ["Space"] * 2 + [":", "cable drop next syn-ack", "Enter", "Space", "wait"] + ["Space"] * 3 + ["2"],
    "packets": ["Space"] * 4 + ["5", "Tab", "Down", "Down", "Down", "Down", "Down", "Down"],
    "bytes": ["Space"] * 3
    + [":", 'client send "hello, "', "Enter", ":", 'client send "server\\r\\n"', "Enter"]
    + ["R", ":", 'server send "I have received it\\r\\n"', "Enter", "3"],
    "states": ["Space"] * 8 + ["4"],
    "presenter": ["z"] + ["Space"] * 4,
}
KEYS = {"Space": " ", "Enter": "\r", "Tab": "\t", "Down": "\x1b[B", "wait": ""}


class Screen(pyte.Screen):
    """Answers the one thing that programs ask a terminal: where the cursor is."""

    reply = b""

    def report_device_status(self, mode=0, **_):
        if mode == 6:
            self.reply += b"\x1b[%d;%dR" % (self.cursor.y + 1, self.cursor.x + 1)


def look(fd, screen, stream, seconds):
    """Takes in what the program draws, for so long."""
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        if not select.select([fd], [], [], left)[0]:
            return
        # Sequences that pyte does not know, of newer terminals' keyboards.
        stream.feed(re.sub(rb"\x1b\[[<>=?]\d*(;\d+)*u", b"", os.read(fd, 1 << 16)))
        if screen.reply:
            os.write(fd, screen.reply)
            screen.reply = b""


def draw(screen, path):
    fonts = {bold: ImageFont.truetype(FONT % ("-Bold" if bold else ""), SIZE) for bold in (False, True)}
    image = Image.new("RGB", (COLUMNS * CELL_WIDTH, ROWS * CELL_HEIGHT), PAPER)
    on = ImageDraw.Draw(image)

    def colour(name, default):
        return default if name == "default" else "#" + name

    for y in range(ROWS):
        for x in range(COLUMNS):
            cell = screen.buffer[y][x]
            ink, paper = colour(cell.fg, INK), colour(cell.bg, PAPER)
            if cell.reverse:
                ink, paper = paper, ink
            left, top = x * CELL_WIDTH, y * CELL_HEIGHT
            if paper != PAPER:
                on.rectangle([left, top, left + CELL_WIDTH - 1, top + CELL_HEIGHT - 1], fill=paper)
            if cell.data.strip():
                on.text((left, top), cell.data, font=fonts[cell.bold], fill=ink)
    image.quantize(48, dither=Image.Dither.NONE).save(path, optimize=True)


def take(program, name, steps):
    screen = Screen(COLUMNS, ROWS)
    stream = pyte.ByteStream(screen)
    pid, fd = pty.fork()
    if pid == 0:
        os.environ.update(TERM="xterm-256color", COLORTERM="truecolor", LANG="C.UTF-8")
        os.environ.pop("NO_COLOR", None)
        os.execv(program, [program, "--theme", "dark", "--config", "/dev/null"])
    fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
    look(fd, screen, stream, 1.5)
    for step in steps:
        os.write(fd, KEYS.get(step, step).encode())
        look(fd, screen, stream, 2 if step == "wait" else 0.7)
    look(fd, screen, stream, 0.1)
    draw(screen, Path(__file__).parent / f"{name}.png")
    os.write(fd, b"\x03")
    try:
        look(fd, screen, stream, 2)
    except OSError:
        pass  # It has ended, as it was told to.
    os.close(fd)
    os.waitpid(pid, 0)


if __name__ == "__main__":
    fourline = os.path.abspath(sys.argv[1] if len(sys.argv) > 1 else "target/release/fourline")
    for name, steps in PICTURES.items():
        take(fourline, name, steps)
        print(name)
