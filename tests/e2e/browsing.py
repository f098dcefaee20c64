"""What a reader does with a page: opens it, goes through it by keyboard, follows its links, prints it."""

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

A4 = 658  # CSS pixels between margins of 18 mm
# what a keyboard can reach, in the order of the page; what lies in closed details is not shown and does not count
REACHED = "a[href], button, input, select, textarea, summary, [tabindex='0']"
STOPS = f"""() => {{
  const all = [...document.querySelectorAll("{REACHED}")];
  return all.flatMap((e, i) => e.checkVisibility({{contentVisibilityAuto: true}}) ? [i] : []);
}}"""
# where the focus is, and whether it can be seen: an outline of some width, in a place on the page
FOCUS = f"""() => {{
  const e = document.activeElement, s = getComputedStyle(e), box = e.getBoundingClientRect();
  const lined = s.outlineStyle !== "none" && parseFloat(s.outlineWidth) > 0;
  const there = box.width > 0 && box.height > 0 && box.right > 0 && box.bottom > 0 && box.left < innerWidth && box.top < innerHeight;
  const all = [...document.querySelectorAll("{REACHED}")];
  return {{at: all.indexOf(e), seen: lined && there, name: (e.getAttribute("aria-label") || e.textContent || "").trim().slice(0, 40)}};
}}"""


@dataclass(frozen=True)
class Stop:
    """Where the focus came to rest: the place of the element among those a keyboard reaches, and whether it is seen."""

    at: int
    seen: bool
    name: str


def open_page(browser, path: Path):
    """Open a page from disk without a network; return it and what it asked for elsewhere."""
    context = browser.new_context(offline=True, viewport={"width": 1280, "height": 900})
    page = context.new_page()
    outside: list[str] = []
    page.on("request", lambda r: None if r.url.startswith(("file:", "data:")) else outside.append(r.url))
    page.goto(path.resolve().as_uri())
    return page, outside


def stops(page) -> list[int]:
    """Return the places of what a keyboard should reach."""
    return page.evaluate(STOPS)


def tab(page, key: str = "Tab") -> Stop:
    """Press the key and tell where the focus is."""
    page.keyboard.press(key)
    return Stop(**page.evaluate(FOCUS))


def broken_links(page) -> list[str]:
    """Return every link whose file, or whose place in it, is not there. The web is not asked."""
    targets = page.evaluate(
        "() => [...document.querySelectorAll('a[href]')].map(a => a.getAttribute('href'))"
    )
    here = Path(unquote(urlsplit(page.url).path))
    read: dict[Path, str] = {}
    missing = []
    for href in sorted(set(targets)):
        parts = urlsplit(href)
        if parts.scheme in ("http", "https", "mailto", "data"):
            continue
        file = here if not parts.path else (here.parent / unquote(parts.path)).resolve()
        if not file.is_file():
            missing.append(href)
        elif parts.fragment:
            text = read.setdefault(file, file.read_text(encoding="utf-8"))
            if f'id="{unquote(parts.fragment)}"' not in text:
                missing.append(href)
    return missing


def narrow(page, width: int = 320) -> int:
    """Return how wide the page is on a screen as narrow as this."""
    page.set_viewport_size({"width": width, "height": 800})
    return page.evaluate("document.documentElement.scrollWidth")


def violations(page) -> list[str]:
    """Return every rule of WCAG 2.2 AA, or of good practice, that axe finds broken."""
    from axe_playwright_python.sync_playwright import Axe

    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    told = ["violations"]  # every one of them; what passed need not be listed
    found = Axe().run(page, options={"runOnly": tags, "resultTypes": told})
    return [f"{v['id']} x{len(v['nodes'])}: {v['help']}" for v in found.response["violations"]]


def walk(page) -> int:
    """Go through the page by Tab from its top to its end: every stop in the order of the page, each seen; return how many."""
    start = page.url.partition("#")[0]
    page.goto("about:blank")  # so that the way by keyboard begins anew
    page.goto(start)
    expected = stops(page)
    assert expected, "nothing can be reached by keyboard"
    came = [tab(page) for _ in expected]
    unseen = [s.name for s in came if not s.seen]
    assert not unseen, f"focus is not seen on {unseen[:5]}"
    assert [s.at for s in came] == expected
    return len(came)


def skip_by_keyboard(page) -> None:
    """Press Tab and Enter: the first stop is the link past the header, and it takes the focus into the main part."""
    first = tab(page)
    assert first.at == 0 and first.seen, "the first stop is not seen"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main", "the focus is not in the main part"
    inside = tab(page)
    assert inside.seen and page.evaluate("document.querySelector('main').contains(document.activeElement)")
    assert tab(page, "Shift+Tab").at < inside.at


def details_by_keyboard(page) -> None:
    """Open and close the first part that folds."""
    summary = page.locator("summary").first
    assert page.locator("summary").count(), "nothing folds"
    summary.focus()
    for key, is_open in (("Enter", True), ("Space", False)):
        page.keyboard.press(key)
        assert summary.evaluate("e => e.parentElement.open") is is_open


def other_language_by_keyboard(page) -> list[str]:
    """Follow the link to the other language and back; return the languages of the pages come to."""
    came = []
    for _ in range(2):
        page.locator("header a[hreflang]").focus()
        with page.expect_navigation():
            page.keyboard.press("Enter")
        came.append(page.evaluate("document.documentElement.lang"))
    return came


def cut_on_paper(page) -> list[str]:
    """Return what would be cut off at the right edge of A4 with its margins."""
    page.emulate_media(media="print")
    page.set_viewport_size({"width": A4, "height": 990})
    cut = page.evaluate(
        "() => [...document.querySelectorAll('table, svg, img, pre, p')].filter(e => e.checkVisibility() && "
        "e.getBoundingClientRect().right > innerWidth + 1).map(e => `${e.tagName} ${(e.innerText || '').slice(0, 30)}`)"
    )
    hidden = page.evaluate(
        "() => [...document.querySelectorAll('nav, .skip')].every(e => !e.checkVisibility())"
    )
    page.emulate_media(media="screen")
    return cut if hidden else [*cut, "navigation is printed"]
