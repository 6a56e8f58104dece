"""Groups of commands, of which only the one that is used is built.

A command's options cost time to build, and its file to import: every group lists its commands by
name and help alone, and loads the one that is called.
"""

import inspect
from collections.abc import Callable
from typing import Any, TypeVar

import typer
from typer.core import TyperCommand, TyperGroup

from orderdesk.cli.asked import CHANGING, EVERYWHERE, LISTING
from orderdesk.cli.command import Changes, Command, Either, Lists, Reads, format_options
from orderdesk.cli.options import options_for

F = TypeVar("F", bound=Callable[..., Any])
Load = Callable[[], Any]
"""Builds a command or a group."""


class Lazy(TyperCommand):
    """A command or group known by name and help, built when it is used."""

    def __init__(self, name: str, load: Load, help: str) -> None:
        # The first paragraph in full, where the list of commands would cut it short.
        super().__init__(name, help=help, short_help=" ".join(help.split("\n\n")[0].split()))
        self.load = load
        """Builds what stands behind it."""

    def make_context(self, info_name: str | None, args: list[str], *more: Any, **named: Any) -> Any:
        """Let the real one read the arguments."""
        return self.load().make_context(info_name, args, *more, **named)


class Group(TyperGroup):
    """The commands of one noun; the options of every command may stand before them too."""

    takes = (*EVERYWHERE, *LISTING, *CHANGING)

    def __init__(self, *, params: Any = None, usual: str = "", **more: Any) -> None:
        super().__init__(params=[*(params or ()), *options_for(self.takes)], **more)
        self.usual = usual
        """The command that is meant where none of them is named."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Find the command that the first word names, or the usual one."""
        if self.usual and args and self.get_command(ctx, args[0]) is None:
            args = [self.usual, *args]
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: Any) -> Any:
        """Run the command; without one, say which there are."""
        if not ctx._protected_args and not self.invoke_without_command:
            ctx.fail(f"a command is missing: {', '.join(self.list_commands(ctx))}")
        return super().invoke(ctx)

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Show the commands first."""
        self.format_commands(ctx, formatter)
        format_options(self, ctx, formatter, options_for(self.takes))


class Noun:
    """The commands of one noun, by what they do; each is given with its example."""

    def __init__(self, help: str, usual: str = "") -> None:
        """Take what the noun's help says, and the command that needs no name."""
        self._help = help
        self._usual = usual
        self._commands: dict[str, tuple[Load, str]] = {}

    def group(self, name: str) -> Group:
        """Give all commands as a group of this name."""
        lazy = {word: Lazy(word, load, help) for word, (load, help) in self._commands.items()}
        return Group(
            name=name, help=self._help, commands=lazy, usual=self._usual, rich_markup_mode=None
        )

    def one(self, word: str) -> Any:
        """Give one command, built."""
        return self._commands[word][0]()

    def later(self, word: str, load: Load, help: str) -> None:
        """Declare a command whose file is imported when it is used."""
        self._commands[word] = (load, help)

    def inner(self, word: str, load: Callable[[], "Noun"], help: str) -> None:
        """Declare a noun with commands of its own below this one."""
        self.later(word, lambda: load().group(word), help)

    def imports(self, kind: str, words: str, example: str) -> None:
        """Declare the command `import`; `words` say what becomes of what a file holds."""

        def load() -> Any:
            from orderdesk.cli.imports import import_command

            return import_command(kind, words, example)

        self.later("import", load, words)

    def _add(
        self, kind: type[Command], example: str, name: str | None, help: str | None
    ) -> Callable[[F], F]:
        def declare(function: F) -> F:
            word = name or function.__name__
            words = help or inspect.getdoc(function) or ""
            self.later(word, lambda: build(function, word, kind, example, words), words)
            return function

        return declare

    def reads(
        self, example: str, name: str | None = None, help: str | None = None
    ) -> Callable[[F], F]:
        """Declare a command that shows one thing; its function gives a Call."""
        return self._add(Reads, example, name, help)

    def lists(
        self, example: str, name: str | None = None, help: str | None = None
    ) -> Callable[[F], F]:
        """Declare a command that lists things; its function gives a Listing."""
        return self._add(Lists, example, name, help)

    def changes(
        self,
        example: str,
        name: str | None = None,
        help: str | None = None,
        kind: type[Changes] = Changes,
    ) -> Callable[[F], F]:
        """Declare a command that changes something; its function gives a Call."""
        return self._add(kind, example, name, help)

    def shows_or_changes(
        self, example: str, name: str | None = None, help: str | None = None
    ) -> Callable[[F], F]:
        """Declare a command that shows one thing or changes it; its function gives a Call."""
        return self._add(Either, example, name, help)

    def does(
        self, example: str, name: str | None = None, help: str | None = None
    ) -> Callable[[F], F]:
        """Declare a command that does all by itself; its function gives what is printed."""
        return self._add(Command, example, name, help)


def build(
    function: Callable[..., Any], word: str, kind: type[Command], example: str, help: str
) -> Any:
    """Build the command that a function is, with its options."""
    declare = getattr(function, "declare_options", None)
    if declare is not None:
        declare()
    alone = typer.Typer(add_completion=False, rich_markup_mode=None)
    alone.command(word, cls=kind, epilog=example, help=help)(function)
    return typer.main.get_command(alone)
