"""Who is there? Signing in when the desk is opened, and unlocking it later."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import ClassVar, cast

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.widgets import Label, Static

from orderdesk.domain.errors import NotFound, Refused
from orderdesk.domain.people import LONGEST_PIN, Sitter
from orderdesk.screens.base import DeskScreen
from orderdesk.screens.columns import many
from orderdesk.screens.commands import bindings
from orderdesk.screens.seat import SeatedApp
from orderdesk.screens.widgets.choices import Choice, ChoiceList
from orderdesk.screens.widgets.field import Field


class PinField(Field):
    """A field that shows dots and gives its text to nobody but the screen."""

    def action_copy(self) -> None:
        """Copy nothing."""

    def action_cut(self) -> None:
        """Copy nothing."""


class Door(DeskScreen, inherit_bindings=False):
    """A user and a PIN; whatever else a screen offers is closed until they are right."""

    KEYS = ("help", "choices", "back")
    BINDINGS = [
        *bindings("help", "choices", "back", "undo"),
        Binding("tab", "app.focus_next", show=False),
        Binding("shift+tab", "app.focus_previous", show=False),
    ]
    IS_DOOR = True

    DEFAULT_CSS = """
    Door #door { height: 1fr; padding: 1 2; }
    Door .row Label { width: 8; }
    Door #words { height: auto; padding: 1 1; color: $text-muted; }
    Door MessageLine { height: auto; max-height: 3; text-wrap: wrap; }
    """

    WORDS: ClassVar[str] = ""

    def __init__(self, user: str) -> None:
        """Ask for the PIN of this user, or for a user where it is empty."""
        super().__init__()
        self._expected = user

    @property
    def seat(self) -> SeatedApp:
        """Give the app as the one that lets people in."""
        return cast("SeatedApp", self.app)

    @property
    def user_field(self) -> Field:
        """Give the field of the user."""
        return self.query_one("#user", Field)

    @property
    def pin_field(self) -> PinField:
        """Give the field of the PIN."""
        return self.query_one("#pin", PinField)

    def offers(self, action: str) -> bool:
        """Tell whether an action can be done here: help, list and back alone."""
        return action in self.KEYS

    def room(self) -> ComposeResult:
        """Lay out the two fields and what to do with them."""
        with Vertical(id="door"):
            with Horizontal(classes="row"):
                yield Label("User")
                yield Field("user", about="user", width=24, accept=self._to_pin)
            with Horizontal(classes="row"):
                yield Label("PIN")
                yield PinField("pin", about="pin", width=24, accept=self._accept)
            yield Static(self.desk_app.keyed(self.WORDS), id="words", markup=False)

    def on_mount(self) -> None:
        """Begin at the PIN, where it is known whose."""
        super().on_mount()
        self.pin_field.password = True
        self.pin_field.max_length = LONGEST_PIN
        self.user_field.put(self._expected)
        (self.pin_field if self._expected else self.user_field).focus()

    @abstractmethod
    async def enter(self, user: str, pin: str) -> None:
        """Let them in. Raises why not."""

    async def _to_pin(self, field: Field) -> None:
        if field.typed:
            self.pin_field.focus()
        else:
            self.fail(f"user is empty; type who you are, {self.key_of('choices')} lists the users")

    async def _accept(self, field: Field) -> None:
        user, pin = self.user_field.typed, field.typed
        field.put("")
        self.say("")
        if not user:
            self.user_field.focus()
            self.fail(f"user is empty; type who you are, {self.key_of('choices')} lists the users")
            return
        with self.failing_softly():
            try:
                await self.enter(user, pin)
            except NotFound as error:
                if error.code != "unknown_user":
                    raise
                self.user_field.focus()
                raise NotFound(
                    "unknown_user",
                    f"user {user!r} is unknown here; {self.key_of('choices')} lists the users",
                    user=user,
                ) from None
            except Refused as error:
                if error.code != "pin_needed":
                    raise
                raise Refused("pin_needed", f"PIN is empty; type the PIN of {user!r}") from None

    def show_kept(self, count: int) -> None:
        """Forget what was typed ahead of an error: it may be a PIN, and must not go elsewhere."""
        if dropped := self.desk_app.drop_keys():
            self.query_one("#words", Static).update(
                f"{many(dropped, 'key')} typed ahead dropped, for there may be a PIN among them."
            )

    async def action_choices(self) -> None:
        """List who may sit here."""
        room = self.query_one("#door", Vertical)
        if not self.query(ChoiceList):
            await ChoiceList("", self._listed, self._picked).open_in(room)

    async def _listed(self, typed: str) -> Sequence[Choice]:
        from orderdesk.services import people

        opened = self.desk_app.opened
        assert opened is not None
        found: Sequence[Sitter] = ()
        with self.failing_softly():
            found = await self.desk_app.in_reads(lambda: opened.read(people.sitters, typed))
        return [Choice(each.user, f"{each.full_name}  {each.role}") for each in found]

    async def _picked(self, user: str | None) -> None:
        await self.query_one(ChoiceList).remove()
        if user is not None:
            self.user_field.put(user)
        (self.pin_field if user is not None else self.user_field).focus()


class SignIn(Door):
    """Who sits down at a desk that was just opened."""

    TITLE_TEXT = "SIGN IN"
    WORDS = (
        "Enter takes the PIN. To sign in as somebody else: Shift+Tab, the name, Enter; "
        "{choices} lists the users. {back} leaves the desk."
    )

    async def enter(self, user: str, pin: str) -> None:
        """Let them sit down. Raises why not."""
        await self.seat.sign_in(user, pin)

    async def step_back(self) -> None:
        """Leave the desk."""
        await self.app.run_action("app.quit")


class Locked(Door):
    """The desk is locked; everything under it is as it was, and waits."""

    TITLE_TEXT = "LOCKED"
    WORDS = (
        "The desk is locked. All that was begun waits, and the PIN opens it as it was. Somebody "
        "else may take the desk over: Shift+Tab, the name, Enter, their PIN; an order that was "
        "begun is parked then."
    )

    async def enter(self, user: str, pin: str) -> None:
        """Uncover the desk, or give it to somebody else. Raises why not."""
        if user == self.desk_app.user:
            await self.seat.unlock(pin)
        else:
            await self.seat.take_over(user, pin)

    async def step_back(self) -> None:
        """Forget what was typed."""
        self.user_field.put(self.desk_app.user)
        self.pin_field.put("")
        self.pin_field.focus()
        self.say("")
