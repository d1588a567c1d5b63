"""`tailwatch user`: who may log in, and what each one may do in which facility."""

from typing import Annotated, Final

import typer

from tailwatch import people
from tailwatch.commands import _panels
from tailwatch.commands._json import JsonOption, print_json
from tailwatch.commands._refusals import DatabaseOption, StateOption, as_owner, chosen_password

PANEL: Final = _panels.ACCESS
app = typer.Typer(help="Users of the pages: who may log in, and do what where.", no_args_is_help=True)
Login = Annotated[str, typer.Argument(help="Login name.")]
Facility = Annotated[str, typer.Option(help="Id of the facility; * is every facility.")]


@app.command()
def add(
    login: Login,
    name: Annotated[str, typer.Option(help="Full name; can be erased later.")] = "",
    role: Annotated[str | None, typer.Option(help="read, annotate, approve or admin.")] = None,
    facility: Facility = "*",
    state: StateOption = None,
    database: DatabaseOption = None,
) -> None:
    """Make a user. The password is asked for, or read from standard input."""
    password = chosen_password()
    with as_owner(state, database) as connection:
        number = people.add_user(connection, login, name, password)
        if role is not None:
            people.grant(connection, login, role, facility)
        typer.echo(f"user:{number} {login}")


@app.command()
def grant(
    login: Login,
    role: Annotated[str, typer.Argument(help="read, annotate, approve or admin; each includes those before it.")],
    facility: Facility,
    state: StateOption = None,
    database: DatabaseOption = None,
) -> None:
    """Give a role in a facility, in place of the one held there."""
    with as_owner(state, database) as connection:
        people.grant(connection, login, role, facility)


@app.command()
def withdraw(login: Login, facility: Facility, state: StateOption = None, database: DatabaseOption = None) -> None:
    """Take a role away."""
    with as_owner(state, database) as connection:
        people.withdraw(connection, login, facility)


@app.command()
def password(login: Login, state: StateOption = None, database: DatabaseOption = None) -> None:
    """Give another password; open sessions of the user end."""
    fresh = chosen_password()
    with as_owner(state, database) as connection:
        people.set_password(connection, login, fresh)


@app.command()
def reset(
    login: Login,
    minutes: Annotated[int, typer.Option(min=5, max=1440, help="How long the code counts.")] = 60,
    state: StateOption = None,
    database: DatabaseOption = None,
) -> None:
    """Make a one-time code; with it the user sets a new password at /reset.

    It is shown once. Until it is used the present password counts on.
    """
    with as_owner(state, database) as connection:
        code, ends_at = people.make_reset(connection, login, minutes)
        typer.echo(f"{code} counts once, at /reset of the pages, until {ends_at:%Y-%m-%d %H:%M} UTC")


@app.command()
def disable(login: Login, state: StateOption = None, database: DatabaseOption = None) -> None:
    """Keep a user out, from the next request on."""
    with as_owner(state, database) as connection:
        people.disable(connection, login)


@app.command()
def erase(login: Login, state: StateOption = None, database: DatabaseOption = None) -> None:
    """Forget who a user was: login, name, phone. The audit log keeps the number."""
    with as_owner(state, database) as connection:
        typer.echo(f"user:{people.erase(connection, login)} has no name any more")


@app.command("list")
def list_(is_json: JsonOption = False, state: StateOption = None, database: DatabaseOption = None) -> None:
    """Show all users with their roles."""
    with as_owner(state, database) as connection:
        found = people.users(connection)
    if is_json:
        print_json([user._asdict() for user in found])
        return
    for user in found:
        mark = " disabled" if user.is_disabled else ""
        typer.echo(f"user:{user.id} {user.login} {user.roles or 'no role'}{mark}")
