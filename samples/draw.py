"""Draw the sample screenshots: `python -m samples.draw [FOLDER]`, by default beside this file.

Rules of this file: people, firms and files are invented. Eight pictures, two stretches of work a few hours
apart, named as GNOME names its screenshots; the clock on each agrees with its name.
"""

import sys
from collections.abc import Callable
from pathlib import Path

from PIL import Image
from samples.canvas import (
    BLUE,
    DARK,
    DARKER,
    DIM,
    GREEN,
    GREY,
    INK,
    LINE,
    ORANGE,
    PALE,
    PINK,
    SIDE,
    TEXT,
    WHITE,
    WIDTH,
    YELLOW,
    Canvas,
    font,
)  # fmt: skip

Scene = Callable[[Canvas], None]

CODE: tuple[tuple[tuple[str, str], ...], ...] = (
    (("from ", PINK), ("decimal ", TEXT), ("import ", PINK), ("Decimal", TEXT)),
    (),
    (("from ", PINK), ("shop.prices ", TEXT), ("import ", PINK), ("Price", TEXT)),
    (),
    (("CENT = ", TEXT), ("Decimal", BLUE), ("(", TEXT), ('"0.01"', ORANGE), (")", TEXT)),
    (),
    (),
    (("def ", PINK), ("total", YELLOW), ("(orders):", TEXT)),
    (('    """Sum of all paid orders, in cents."""', GREEN),),
    (("    paid = ", TEXT), ("Decimal", BLUE), ("(0)", TEXT)),
    (("    for ", PINK), ("order ", TEXT), ("in ", PINK), ("orders:", TEXT)),
    (("        if ", PINK), ("order.state == ", TEXT), ('"paid"', ORANGE), (":", TEXT)),
    (("            paid += order.amount", TEXT),),
    (("    return ", PINK), ("paid.quantize(CENT)", TEXT)),
    (),
    (),
    (("def ", PINK), ("largest", YELLOW), ("(orders, count=", TEXT), ("3", GREEN), ("):", TEXT)),
    (('    """The orders with the highest amounts."""', GREEN),),
    (("    ranked = sorted(orders, key=amount_of)", TEXT),),
    (("    return ", PINK), ("ranked[-count:]", TEXT)),
)


def editor(c: Canvas) -> None:
    """A code editor with a module open."""
    c.window("orders.py - shop - Visual Studio Code", DARKER, TEXT, DARK)
    c.box(0, 60, WIDTH, 28, DARKER)
    c.row(16, 66, "File|Edit|Selection|View|Go|Run|Terminal|Help", TEXT, 14, gap=18)
    c.box(0, 88, 48, 688, DARKER)
    for y in (104, 150, 196, 242):
        c.pen.rounded_rectangle((14, y, 34, y + 20), 4, outline=DIM, width=2)
    c.box(48, 88, 232, 688, SIDE)
    c.text(66, 100, "EXPLORER", DIM, 13)
    c.text(66, 128, "SHOP", TEXT, 14)
    tree = "shop|    orders.py|    prices.py|    stock.py|tests|    test_orders.py|README.md"
    c.column(84, 156, tree, TEXT)
    c.column(66, 716, "OUTLINE|TIMELINE", DIM, 13, step=24)
    c.box(280, 88, 1000, 34, SIDE)
    c.box(280, 88, 132, 34, DARK)
    c.text(300, 97, "orders.py", WHITE, 15)
    c.text(436, 97, "test_orders.py", DIM, 15)
    c.text(296, 130, "shop  >  shop  >  orders.py", DIM, 14)
    for i, line in enumerate(CODE):
        c.text(318 - 8 * len(str(i + 1)), 158 + 24 * i, str(i + 1), DIM, 14)
        c.mono(346, 157 + 24 * i, list(line))
    c.box(0, 776, WIDTH, 24, "#0a63ad")
    c.row(14, 781, "main|0 errors|0 warnings", WHITE, 13, gap=16)
    c.row(900, 781, "Ln 12, Col 20|Spaces: 4|UTF-8|LF|Python", WHITE, 13, gap=20)


def terminal(c: Canvas) -> None:
    """A terminal in which one test fails."""
    c.window("ada@mill: ~/shop", "#2d2d2d", WHITE, "#171421")
    prompt = [("ada@mill", GREEN), (":", TEXT), ("~/shop", BLUE), ("$ ", TEXT)]
    lines = [
        [*prompt, ("git pull", TEXT)],
        [("Already up to date.", TEXT)],
        [*prompt, ("pytest -q tests/test_orders.py", TEXT)],
        [("....F.                                                    [100%]", TEXT)],
        [("=========================== FAILURES ===========================", TEXT)],
        [("_______________________ test_total_is_rounded ____________________", "#ff8a80")],
        [],
        [("    def test_total_is_rounded():", TEXT)],
        [('        orders = [paid("0.105"), paid("0.105")]', TEXT)],
        [('>       assert total(orders) == Decimal("0.21")', TEXT)],
        [("E       AssertionError: assert Decimal('0.22') == Decimal('0.21')", "#ff8a80")],
        [],
        [("tests/test_orders.py:31: AssertionError", TEXT)],
        [("==================== short test summary info ===================", TEXT)],
        [("FAILED tests/test_orders.py::test_total_is_rounded", "#ff8a80")],
        [("1 failed, 5 passed in 0.42s", "#ff8a80")],
        [*prompt, ("git diff shop/orders.py", TEXT)],
        [*prompt],
    ]
    for i, line in enumerate(lines):
        c.mono(14, 76 + 26 * i, line, 16)
    c.box(14 + 9 * 17, 76 + 26 * 17, 9, 19, TEXT)


def browser(c: Canvas, title: str, address: str) -> None:
    """An empty browser window 128 high at its top, with one tab."""
    c.window(f"{title} — Mozilla Firefox", "#f0f0f4")
    c.box(0, 60, WIDTH, 40, "#f0f0f4")
    c.pen.rounded_rectangle((10, 64, 290, 96), 5, WHITE, LINE)
    c.text(26, 72, title.partition(" - ")[0], INK, 14)
    c.box(0, 100, WIDTH, 42, "#f9f9fb")
    for x, points in ((24, ((5, -5), (-3, 0), (5, 5))), (60, ((-3, -5), (5, 0), (-3, 5)))):
        c.pen.line([(x + dx, 121 + dy) for dx, dy in points], GREY, 2)
    c.pen.rounded_rectangle((120, 106, 1160, 136), 5, WHITE, LINE)
    c.text(150, 113, address, INK, 15)
    c.pen.line((0, 142, WIDTH, 142), LINE)


def documentation(c: Canvas) -> None:
    """A browser on a page of documentation."""
    browser(c, "Rounding amounts - Tally documentation", "https://docs.example.com/tally/rounding.html")
    c.box(0, 143, 260, 657, "#f6f8fa")
    c.text(30, 168, "Tally 2.4", INK, 19)
    chapters = "Getting started|Prices|Currencies|Rounding amounts|Taxes|Reports|Changelog"
    c.column(30, 212, chapters, GREY, step=32)
    c.text(310, 168, "Rounding amounts", INK, 30)
    page = (
        "Amounts are kept with all their digits and rounded once, when they are shown.",
        "Rounding every item and adding up the results gives another total than rounding",
        "the sum, and customers notice.",
    )
    c.column(310, 224, "|".join(page), INK, 16, step=26)
    c.text(310, 322, "Banker's rounding", INK, 22)
    c.column(
        310, 360, "A half goes to the even neighbour, so that errors cancel out over many orders:", INK, 16
    )
    c.box(310, 396, 880, 108, "#f6f8fa", edge=LINE)
    c.mono(328, 410, [(">>> from decimal import Decimal, ROUND_HALF_EVEN", INK)])
    c.mono(328, 438, [('>>> Decimal("0.105").quantize(Decimal("0.01"), ROUND_HALF_EVEN)', INK)])
    c.mono(328, 466, [("Decimal('0.10')", INK)])
    c.text(310, 532, "Commercial rounding", INK, 22)
    c.column(310, 570, "A half goes up. Most invoices expect this; ask your accountant.", INK, 16)
    c.box(310, 612, 880, 62, "#ddf4ff", edge="#54aeff")
    c.text(328, 632, "Note: never pass a float to Decimal. Write the amount as text.", INK, 16)
    c.row(310, 730, "Previous: Currencies|Next: Taxes", "#0969da", 15, gap=40)


def unsaved(c: Canvas) -> None:
    """The editor again, with a dialog in front."""
    editor(c)
    c.image.paste(Image.blend(c.image, Image.new("RGB", c.image.size, "black"), 0.25))
    c.pen.rounded_rectangle((390, 300, 890, 500), 10, "#fafafa")
    c.text(424, 326, "Do you want to save the changes you made to", INK, 19)
    c.text(424, 352, "orders.py?", INK, 19)
    c.text(424, 396, "Your changes will be lost if you don't save them.", GREY, 15)
    c.button(488, 446, 126, "Don't Save")
    c.button(630, 446, 110, "Cancel")
    c.button(756, 446, 110, "Save", fill="#0a63ad", ink=WHITE)


BUDGET = (
    "Item|January|February|March|Total|Note",
    "Rent|1,450.00|1,450.00|1,450.00|4,350.00|",
    "Grain|3,220.50|2,987.25|3,410.00|9,617.75|up in March",
    "Packaging|612.40|588.00|640.80|1,841.20|",
    "Electricity|431.10|402.75|395.20|1,229.05|",
    "Repairs|0.00|1,180.00|75.00|1,255.00|mill wheel",
    "Delivery|298.00|310.50|305.00|913.50|",
    "Insurance|120.00|120.00|120.00|360.00|",
    "Sum|6,132.00|7,038.50|6,396.00|19,566.50|",
)


def spreadsheet(c: Canvas) -> None:
    """A spreadsheet with a quarter's budget."""
    c.window("budget-2026.ods — LibreOffice Calc")
    c.row(12, 67, "File|Edit|View|Insert|Format|Styles|Sheet|Data|Tools|Window|Help", INK, 15, gap=18)
    c.box(0, 90, WIDTH, 84, PALE)
    for i in range(22):
        c.pen.rounded_rectangle((14 + 34 * i, 98, 32 + 34 * i, 116), 3, outline="#9aa0a6", width=2)
    c.box(12, 128, 180, 30, WHITE, edge=LINE)
    c.text(20, 135, "Liberation Sans", INK, 15)
    c.box(200, 128, 70, 30, WHITE, edge=LINE)
    c.text(208, 135, "10 pt", INK, 15)
    c.box(8, 178, 120, 28, WHITE, edge=LINE)
    c.text(16, 184, "E9", INK, 15)
    c.box(190, 178, 1082, 28, WHITE, edge=LINE)
    c.text(198, 184, "=SUM(E2:E8)", INK, 15)
    _cells(c)
    c.box(0, 744, WIDTH, 28, PALE)
    c.box(60, 744, 80, 28, WHITE, edge=LINE)
    c.row(72, 750, "Sheet1|Sheet2", INK, 15, gap=44)
    c.box(0, 772, WIDTH, 28, "#ebebeb")
    c.row(12, 778, "Sheet 1 of 2|Default|English (USA)", INK, 14, gap=110)
    c.row(900, 778, "Average: 19,566.50; Sum: 19,566.50|100%", INK, 14, gap=40)


def _cells(c: Canvas) -> None:
    top, high, lefts = 212, 24, [44 + 176 * i for i in range(8)]
    c.box(0, top, WIDTH, high, "#e4e4e4")
    c.box(0, top, 44, 744 - top, "#e4e4e4")
    for i, left in enumerate(lefts[:7]):
        c.text(left + 82, top + 4, "ABCDEFG"[i], INK, 15)
        c.pen.line((left, top, left, 743), LINE)
    for row in range(1, 22):
        y = top + high * row
        c.pen.line((0, y, WIDTH, y), LINE)
        c.text(26 - 9 * len(str(row)) + 9, y + 4, str(row), INK, 14)
    for row, cells in enumerate(BUDGET, 1):
        for column, value in enumerate(cells.split("|")):
            end = lefts[column + 1] - 8 - font(15).getlength(value)
            number = row > 1 and 0 < column < 5
            c.text(end if number else lefts[column] + 6, top + high * row + 4, value, INK, 15)
    c.pen.rectangle((lefts[4], top + high * 9, lefts[5], top + high * 10), outline="#1a73e8", width=2)


TALK = (
    ("Ada Miller", "14:01", "The invoice export rounds every line. I have a fix, tests are green."),
    ("Bo Weaver", "14:04", "Good. Can it go out today? Acme asked again this morning."),
    (
        "Ada Miller",
        "14:05",
        "Yes, as 2.4.1. I will write the notes: https://docs.example.com/tally/changelog",
    ),
    ("Cleo Baker", "14:07", "I can check the March budget against the new totals."),
    ("Bo Weaver", "14:09", "Thanks! Release at 16:00 then. Please look at invoice 1042 first."),
)


def chat(c: Canvas) -> None:
    """A channel of a chat."""
    c.window("releases (Channel) - Mill & Co - Slack", "#350d36", WHITE)
    c.box(0, 60, 260, 740, "#3f0e40")
    c.text(20, 76, "Mill & Co", WHITE, 19)
    c.column(24, 120, "Threads|Huddles|Drafts & sent|Directories", "#d8c5dd", 16, step=30)
    c.text(24, 262, "Channels", "#d8c5dd", 15)
    c.box(10, 322, 240, 28, "#1164a3")
    c.column(36, 296, "# general|# releases|# mill-wheel|# lunch", WHITE, 16, step=30)
    c.text(24, 440, "Direct messages", "#d8c5dd", 15)
    c.column(36, 474, "Bo Weaver|Cleo Baker|Dan Carter", WHITE, 16, step=30)
    c.text(290, 78, "# releases", INK, 21)
    c.text(290, 108, "What goes out, and when", GREY, 14)
    c.pen.line((260, 136, WIDTH, 136), LINE)
    for i, (name, clock, words) in enumerate(TALK):
        y = 160 + 88 * i
        c.pen.rounded_rectangle(
            (290, y, 330, y + 40), 6, ("#7c5295", "#2f7d5b", "#b5651d")["ABC".index(name[0])]
        )
        c.text(303, y + 11, name[0], WHITE, 19)
        end = c.text(346, y, name, INK, 17)
        c.text(end + 10, y + 3, clock, GREY, 13)
        c.text(346, y + 26, words, INK, 17)
    c.pen.rounded_rectangle((290, 690, 1250, 776), 8, WHITE, "#9a9a9a")
    c.text(310, 708, "Message #releases", GREY, 16)


MAILS = (
    ("Erin Fisher", "Invoice 1042", "13:48"),
    ("Bo Weaver", "Re: Delivery on Thursday", "11:20"),
    ("Mill Supplies", "Your order has been shipped", "10:02"),
    ("Cleo Baker", "Budget for the spring", "09:15"),
    ("Dan Carter", "New mill wheel: drawings", "Yesterday"),
)
LETTER = (
    "Hello Ada,||thank you for the invoice. Our system shows 0.01 less than your total: we get 611.93|"
    "where your invoice says 611.94. Could you check how the lines are rounded, and send a|"
    "corrected one by 2026-03-06?||Kind regards|Erin Fisher|Acme Bakery, accounts@example.com"
)


def mail(c: Canvas) -> None:
    """A mail program with a letter open."""
    c.window("Invoice 1042 - Inbox - ada@example.com - Mozilla Thunderbird", "#f0f0f4")
    c.row(14, 67, "File|Edit|View|Go|Message|Events and Tasks|Tools|Help", INK, 15, gap=18)
    c.box(0, 92, WIDTH, 40, PALE)
    c.row(16, 103, "Get Messages|New Message|Address Book|Quick Filter", INK, 15, gap=34)
    c.box(0, 132, 230, 668, "#f7f7f8")
    c.text(16, 146, "ada@example.com", INK, 16)
    c.box(8, 174, 214, 28, "#dbe9fb")
    c.column(36, 180, "Inbox (2)|Drafts|Sent|Archives|Junk|Trash", INK, 15, step=30)
    c.text(16, 374, "Local Folders", INK, 16)
    c.column(36, 406, "Outbox|Invoices 2025", INK, 15, step=30)
    c.box(230, 132, 1050, 28, "#ececee")
    for x, head in ((250, "Correspondents"), (480, "Subject"), (1150, "Date")):
        c.text(x, 138, head, INK, 14)
    c.box(230, 160, 1050, 30, "#dbe9fb")
    for i, (sender, subject, date) in enumerate(MAILS):
        for x, words in ((250, sender), (480, subject), (1150, date)):
            c.text(x, 167 + 30 * i, words, INK, 15)
    c.pen.line((230, 316, WIDTH, 316), LINE, 2)
    c.text(254, 336, "Invoice 1042", INK, 23)
    c.text(254, 376, "From: Erin Fisher <erin@example.com>", GREY, 15)
    c.text(254, 402, "To: Ada Miller <ada@example.com>", GREY, 15)
    for x, label in ((930, "Reply"), (1040, "Forward"), (1150, "Archive")):
        c.button(x, 334, 100, label)
    c.pen.line((230, 434, WIDTH, 434), LINE)
    c.column(254, 456, LETTER, INK, 16, step=28)


CARDS = (
    ("To do", ("Order sacks for the spring", "Call the wheelwright", "Prices for 2027")),
    ("In progress", ("Rounding in the invoice export", "March budget")),
    ("Review", ("Delivery routes, north side",)),
    ("Done", ("Invoice 1041", "New labels", "Website: opening hours")),
)


def board(c: Canvas) -> None:
    """A browser on a planning board."""
    browser(c, "Spring board - Mill planner", "https://planner.example.com/boards/spring")
    c.box(0, 143, WIDTH, 56, "#24426b")
    c.text(28, 158, "Mill planner", WHITE, 21)
    c.row(220, 163, "Boards|Calendar|People|Reports", "#d5e2f5", 16, gap=30)
    c.text(28, 220, "Spring board", INK, 26)
    c.text(230, 228, "9 cards, 1 overdue", GREY, 16)
    for i, (head, cards) in enumerate(CARDS):
        x = 28 + 310 * i
        c.pen.rounded_rectangle((x, 270, x + 290, 740), 8, "#eef1f5")
        c.text(x + 18, 286, f"{head}  ({len(cards)})", INK, 17)
        for k, words in enumerate(cards):
            y = 322 + 98 * k
            c.pen.rounded_rectangle((x + 12, y, x + 278, y + 84), 6, WHITE, LINE)
            c.text(x + 26, y + 16, words, INK, 16)
            c.text(x + 26, y + 50, ("Ada Miller", "Bo Weaver", "Cleo Baker")[(i + k) % 3], GREY, 14)


SCENES: tuple[tuple[str, Scene], ...] = (
    ("2026-03-02 09-12-05", editor),
    ("2026-03-02 09-16-41", terminal),
    ("2026-03-02 09-19-20", documentation),
    ("2026-03-02 09-31-12", unsaved),
    ("2026-03-02 14-03-30", spreadsheet),
    ("2026-03-02 14-10-02", chat),
    ("2026-03-02 14-16-55", mail),
    ("2026-03-02 14-28-44", board),
)


def main(folder: Path) -> None:
    """Draw every scene into `folder`."""
    for time, scene in SCENES:
        canvas = Canvas(f"Mar 2  {time[11:16].replace('-', ':')}")
        scene(canvas)
        canvas.save(folder / f"Screenshot from {time}.png")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
