"""The house rules that no linter knows: where they hold, what they forbid, why, and examples.

`test_rules.py` tries each on its own examples first; a file in `but` that no longer needs its
exception fails too, so the lists only get shorter.
"""

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from fnmatch import fnmatch
from typing import Final

Finder = Callable[[str], Iterator[int]]


@dataclass(frozen=True, slots=True)
class Rule:
    """`where` and the keys of `but` are paths from the root; `but` gives the reason of each."""

    name: str
    why: str
    where: tuple[str, ...]
    find: Finder
    bad: tuple[str, ...]
    good: tuple[str, ...]
    but: dict[str, str] = field(default_factory=dict)

    def applies(self, path: str) -> bool:
        """Tell whether the rule looks at a file at all."""
        return any(fnmatch(path, pattern) for pattern in self.where)


def matching(pattern: str) -> Finder:
    """Find the lines on which a regular expression matches."""
    compiled = re.compile(pattern)

    def find(source: str) -> Iterator[int]:
        for match in compiled.finditer(source):
            yield source.count("\n", 0, match.start()) + 1

    return find


def sql_that_is_not_a_constant(source: str) -> Iterator[int]:
    """Find calls of `sql` whose text is put together: f-strings, `+`, `%`, `.format`, names."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "sql":
            texts = [*node.args, *(keyword.value for keyword in node.keywords)]
            if not all(isinstance(text, ast.Constant) for text in texts):
                yield node.lineno


PYTHON: Final = ("chatbot/*.py", "tests/*.py", "bench/*.py")
CODE: Final = ("chatbot/*.py",)
BROWSER: Final = ("widget/*.js", "chatbot/web/static/*.js")
TEMPLATES: Final = ("chatbot/web/templates/*", "widget/*.html")
EVERYTHING: Final = ("*",)

RULES: Final = (
    Rule(
        "no markup from strings",
        "what a visitor or an admin wrote must never become markup: createElement and textContent",
        BROWSER,
        matching(
            r"\.(inner|outer)HTML\b|insertAdjacentHTML|document\.write|\.srcdoc\b"
            r"|createContextualFragment|setHTMLUnsafe"
        ),
        bad=("view.innerHTML = text;", "log.insertAdjacentHTML('beforeend', html)"),
        good=("view.textContent = text;", "// it knows no innerHTML"),
        but={"widget/test/limits.test.js": "looks for the same from the widget's side"},
    ),
    Rule(
        "no unescaped output",
        "pages are escaped by default; HTML that is let through has been cleaned where it was made",
        TEMPLATES,
        matching(r"\|\s*safe\b|autoescape\s+false"),
        bad=("{{ answer|safe }}", "{{ answer | safe }}", "{% autoescape false %}"),
        good=("{{ answer }}", "<p>staying safe</p>"),
        but={
            "chatbot/web/templates/content.html": "services/rendering.py cleaned a page of ours",
            "chatbot/web/templates/entry.html": "services/rendering.py cleaned an approved answer",
        },
    ),
    Rule(
        "SQL is a constant",
        "a statement that is put together is a way in; values go in as :name",
        CODE,
        sql_that_is_not_a_constant,
        bad=('sql(f"select {x}")', 'sql("select " + x)', 'sql("select {}".format(x))', "sql(text)"),
        good=('sql("select :x")', 'sql("""select 1""", postgres="select 2")'),
    ),
    Rule(
        "tasks have an owner",
        "a task that nobody awaits hides its error and may be collected: use a TaskGroup",
        CODE,
        matching(r"asyncio\.(create_task|ensure_future)\(|get_running_loop\(\)\.create_task\("),
        bad=("asyncio.create_task(run())", "asyncio.ensure_future(run())"),
        good=("group.create_task(run())", "tasks.create_task(run())"),
        but={
            "chatbot/store/postgres_writer.py": "one task for its life, awaited by `close`",
            "chatbot/services/background.py": "the supervisor: cancels and awaits them at the end",
        },
    ),
    Rule(
        "an ignored rule is named, with the reason",
        "without a code it hides more than was meant, without a reason nobody dares remove it",
        PYTHON,
        matching(
            r"# noqa(?!: [A-Z]+\d+(, ?[A-Z]+\d+)*( - |  # )\S.{5,})"
            r"|# type: ignore(?!\[[a-z-]+(, ?[a-z-]+)*\]  # \S.{5,})"
            r"|# pragma: no (cover|branch)(?! - \S.{5,})"
        ),
        bad=("x  # noqa", "x  # noqa: E501", "x  # type: ignore", "x  # type: ignore[arg-type]"),
        good=("x  # noqa: S102 - a frame inside", "x  # type: ignore[misc]  # untyped below"),
    ),
    Rule(
        "an ignored rule is named, with the reason, in the widget too",
        "as for Python; @ts-expect-error fails once it is no longer needed, @ts-ignore never does",
        BROWSER,
        matching(
            r"@ts-(ignore|nocheck)|@ts-expect-error(?! \S.{5,})"
            r"|eslint-disable(?!(-next-line|-line)? [a-z/-]+(, [a-z/-]+)* -- \S.{5,})"
        ),
        bad=("// @ts-ignore", "// @ts-expect-error", "// eslint-disable-next-line no-eval"),
        good=(
            "// @ts-expect-error older browsers lack it",
            "// eslint-disable-line no-x -- why it is",
        ),
    ),
    Rule(
        "every test runs",
        "a test that is switched off says that something works which nobody has looked at",
        ("tests/*.py", "widget/test/*.js"),
        matching(
            r"pytest\.(skip|xfail|importorskip)\b|mark\.(skip|skipif|xfail)\b|unittest\.skip"
            r"|\b(test|it|describe)\.(skip|todo|only)\(|\{\s*(skip|todo|only):"
        ),
        bad=(
            "pytest.skip('later')",
            "@pytest.mark.xfail",
            "test.skip('x', f)",
            "test('x', {skip: 1})",
        ),
        good=("assert skipped == 0", "test('skips nothing', f)"),
        but={
            "tests/conftest.py": "a missing server is told outside CI, and fails in CI",
            "tests/architecture/test_honest_runs.py": "proves just that",
        },
    ),
    Rule(
        "nobody's own machine",
        "a path or a host of one workplace means nothing on the next",
        EVERYTHING,
        matching(
            r"(?<![\w.$}-])/work/|\.\./shared/|(?<![\w.])/opt/(wheels|pypi)|/root/(?!\w*\.)"
            r"|files\.pythonhosted|registry\.npmjs|pypi\.org/simple"
        ),
        bad=(
            "cd /work/main",
            "see ../shared/design",
            "--find-links /opt/wheels",
            "registry.npmjs.org",
        ),
        good=("docs/work/plan", "http://localhost/work", "/opt/chatbot"),
    ),
)
