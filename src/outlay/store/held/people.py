"""Workspaces, the people in them, and the tokens that let them in."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import UTC, datetime, timedelta
from typing import Literal, cast

from sqlalchemy import Connection, func, insert, select, update

from outlay.core.errors import InputError, Problem, UnknownNameError, nearest
from outlay.core.ingest.names import shown
from outlay.results.kept.workbench import HeldToken, Role, Who
from outlay.store.database.tables import PersonRow, TokenRow, WorkRow, WorkspaceRow
from outlay.store.database.texts import checked_id, checked_name, checked_text, now
from outlay.store.database.trail import FIRST
from outlay.store.errors import NotAllowed, NotThere
from outlay.store.held.shelf import ROLES, Change, Shelf

__all__ = ["People", "as_who"]

HOME = "home"
"""Name of the workspace that is made first."""
ELSEWHERE = "(an admin of the first workspace)"
BEGINS = "outlay_"
SECRET_BYTES = 32
LEFT = "who asked for it was removed"
MOST_DAYS = 3660.0
MOST_SAID = 200
LONGEST_TOKEN = 200
TokenKind = Literal["token", "session"]


class People(Shelf):
    """People and tokens. Only a token's hash is kept."""

    def first_admin(self, name: str) -> Who:
        """The one local user, with a workspace; made where the store is empty."""
        checked_name(name, "name")
        with self._doors.reading() as conn:
            if (found := _first(conn)) is not None:
                return found
        with self._doors.writing() as conn:
            if (found := _first(conn)) is not None:
                return found
            workspace = _workspace(conn, HOME)
            who = Who(secrets.token_hex(16), name, workspace, "admin")
            change = Change(conn, who, now())
            _put(change, who)
            return who

    def add_person(self, by: Who, name: str, role: Role, workspace: str | None = None) -> Who:
        """Let somebody in. workspace: name of another one, which is made where there is none;
        for admins of the first workspace alone."""
        checked_name(name, "name")
        _checked_role(role)
        with self._changing(by, "admin") as change:
            place = by.workspace
            if workspace is not None:
                first = _first(change.conn)
                if first is None or first.workspace != by.workspace:
                    raise NotAllowed(by, "admin")
                checked_name(workspace, "workspace")
                place = _workspace(change.conn, workspace)
            if _named(change.conn, name, place):
                raise InputError(Problem("somebody has that name already", "name", name))
            who = Who(secrets.token_hex(16), name, place, role)
            _put(change, who)
            return who

    def keeper(self, workspace: str) -> Who:
        """The owner of the store, at work in the workspace of that name: nobody whom a request may
        come from. Raises UnknownNameError."""
        with self._doors.reading() as conn:
            names = select(WorkspaceRow.name, WorkspaceRow.id).order_by(WorkspaceRow.number)
            known = {row[0]: row[1] for row in conn.execute(names)}
        if workspace not in known:
            raise UnknownNameError(
                Problem("no such workspace", value=shown(workspace)[:80],
                        allowed=", ".join([*known][:10]), hint=nearest(workspace, known))
            )  # fmt: skip
        return Who("", ELSEWHERE, known[workspace], "admin")

    def people(self, by: Who) -> tuple[Who, ...]:
        """Everybody in the workspace."""
        with self._reading(by, "admin") as conn:
            found = conn.execute(
                select(*_WHO)
                .where(PersonRow.workspace == by.workspace, PersonRow.over == "")
                .order_by(PersonRow.made_at, PersonRow.id)
            )
            return tuple(_who(*row) for row in found)

    def remove_person(self, by: Who, id: str) -> None:
        """Let somebody in no more; tokens and what they asked for end. The last admin stays."""
        with self._changing(by, "admin") as change:
            who = _person(change.conn, by, id)
            admins = change.conn.execute(
                select(func.count())
                .select_from(PersonRow)
                .where(
                    PersonRow.workspace == by.workspace, PersonRow.over == "",
                    PersonRow.role == "admin", PersonRow.id != id,
                )
            ).scalar_one()  # fmt: skip
            if not admins:
                raise InputError(
                    Problem("the last admin of the workspace", "person", who.name,
                            hint="add another admin first")
                )  # fmt: skip
            change.conn.execute(update(PersonRow).where(PersonRow.id == id).values(over=change.at))
            change.conn.execute(
                update(TokenRow)
                .where(TokenRow.person == id, TokenRow.over == "")
                .values(over=change.at)
            )
            stopped = change.conn.execute(
                update(WorkRow)
                .where(WorkRow.asker == id, WorkRow.state.in_(("queued", "running")))
                .values(state="cancelled", why=LEFT, worker="", ended_at=change.at)
            )
            change.did("person.remove", id, name=who.name, stopped=stopped.rowcount)

    def who_named(self, name: str) -> Who | None:
        """The one person of that name in all workspaces; None where there is none, or several."""
        if not name.isprintable():
            return None
        with self._doors.reading() as conn:
            found = conn.execute(
                select(*_WHO).where(PersonRow.name == name, PersonRow.over == "").limit(2)
            ).all()
            return _who(*found[0]) if len(found) == 1 else None

    def make_token(
        self, by: Who, who_id: str, role: Role, days: float, said: str = "",
        kind: TokenKind = "token",
    ) -> str:  # fmt: skip
        """A new secret, which is shown this once. role: at most the person's own."""
        _checked_role(role)
        checked_text(said, "said", MOST_SAID)
        if not 0.0 < days <= MOST_DAYS:
            raise InputError(
                Problem("out of range", "days", f"{days:g}", f"more than 0, up to {MOST_DAYS:g}")
            )
        if kind not in ("token", "session"):
            raise InputError(Problem("no such kind", "kind", str(kind)[:80]))
        secret, id = BEGINS + secrets.token_urlsafe(SECRET_BYTES), secrets.token_hex(16)
        ends = datetime.now(UTC) + timedelta(days=days)
        own = by.id == who_id and kind == "session"  # what a cookie holds: of whoever has come in
        with self._changing(by, "viewer" if own else "admin") as change:
            who = _person(change.conn, by, who_id)
            if ROLES.index(role) > ROLES.index(who.role) or ROLES.index(role) > ROLES.index(
                by.role
            ):
                raise NotAllowed(who, role)
            change.conn.execute(
                insert(TokenRow).values(
                    id=id, workspace=by.workspace, person=who_id, kind=kind, role=role, said=said,
                    hash=_hash(secret), made_at=change.at,
                    ends_at=ends.isoformat(timespec="milliseconds"), over="",
                )
            )  # fmt: skip
            change.did(f"{kind}.make", id, of=who_id, role=role)
            return secret

    def who_of(self, token: str) -> Who | None:
        """Whom a secret lets in; None where it is unknown, over or revoked."""
        with self._doors.reading() as conn:
            found = _token(conn, token)
            return None if found is None else found[1]

    def revoke(self, by: Who, token_id: str) -> None:
        """End a token now; one's own by anybody, another's by an admin."""
        checked_id("token", token_id)
        with self._changing(by, "viewer") as change:
            person = change.conn.execute(
                select(TokenRow.person).where(
                    TokenRow.id == token_id, TokenRow.workspace == by.workspace
                )
            ).scalar_one_or_none()
            if person is None or (person != by.id and by.role != "admin"):
                raise NotThere("token", token_id)
            change.conn.execute(
                update(TokenRow)
                .where(TokenRow.id == token_id, TokenRow.over == "")
                .values(over=change.at)
            )
            change.did("token.revoke", token_id)

    def leave(self, token: str) -> None:
        """End the token that somebody came with, if it is one."""
        with self._doors.reading() as conn:
            found = _token(conn, token)
        if found is not None:
            self.revoke(found[1], found[0])

    def tokens(self, by: Who) -> tuple[HeldToken, ...]:
        """Those that let somebody into the workspace, without the secrets; newest last."""
        with self._reading(by, "admin") as conn:
            found = conn.execute(
                select(
                    TokenRow.id, TokenRow.person, PersonRow.name, TokenRow.kind, TokenRow.role,
                    TokenRow.said, TokenRow.made_at, TokenRow.ends_at,
                )
                .join(PersonRow, PersonRow.id == TokenRow.person)
                .where(
                    TokenRow.workspace == by.workspace, TokenRow.over == "",
                    TokenRow.ends_at > now(),
                )
                .order_by(TokenRow.made_at, TokenRow.id)
            )  # fmt: skip
            return tuple(
                HeldToken(id, person, name, _kind(kind), _role(role), said, made_at, ends_at)
                for id, person, name, kind, role, said, made_at, ends_at in found
            )


_WHO = (PersonRow.id, PersonRow.name, PersonRow.workspace, PersonRow.role)


def _who(id: str, name: str, workspace: str, role: str) -> Who:
    return Who(id, name, workspace, _role(role))


def _role(text: str) -> Role:
    return text if text in ROLES else "viewer"


def _kind(text: str) -> TokenKind:
    return cast(TokenKind, text)


def _checked_role(role: str) -> None:
    if role not in ROLES:
        raise InputError(Problem("no such role", "role", ascii(role)[1:-1][:80], ", ".join(ROLES)))


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def as_who(conn: Connection, id: str) -> Who:
    """Who somebody is, or was before they were removed."""
    return _who(*conn.execute(select(*_WHO).where(PersonRow.id == id)).one())


def _first(conn: Connection) -> Who | None:
    """The first admin that there still is."""
    row = conn.execute(
        select(*_WHO)
        .join(WorkspaceRow, WorkspaceRow.id == PersonRow.workspace)
        .where(PersonRow.role == "admin", PersonRow.over == "")
        .order_by(WorkspaceRow.number, PersonRow.made_at, PersonRow.id)
        .limit(1)
    ).one_or_none()
    return None if row is None else _who(*row)


def _workspace(conn: Connection, name: str) -> str:
    """Id of the workspace of that name, which is made where there is none."""
    found = conn.execute(
        select(WorkspaceRow.id).where(WorkspaceRow.name == name)
    ).scalar_one_or_none()
    if found is not None:
        return found
    id = secrets.token_hex(16)
    conn.execute(
        insert(WorkspaceRow).values(
            id=id, name=name, made_at=now(), trail_number=0, trail_hash=FIRST
        )
    )
    return id


def _put(change: Change, who: Who) -> None:
    change.conn.execute(
        insert(PersonRow).values(
            id=who.id, workspace=who.workspace, name=who.name, role=who.role, made_at=change.at,
            over="",
        )
    )  # fmt: skip
    change.did("person.add", who.id, name=who.name, role=who.role, workspace=who.workspace)
    if who.workspace != change.who.workspace:  # told there too, but not by whom: they are elsewhere
        there = Who("", ELSEWHERE, who.workspace, "admin")
        Change(change.conn, there, change.at).did(
            "person.add", who.id, name=who.name, role=who.role
        )


def _person(conn: Connection, by: Who, id: str) -> Who:
    checked_id("person", id)
    row = conn.execute(
        select(*_WHO).where(
            PersonRow.id == id, PersonRow.workspace == by.workspace, PersonRow.over == ""
        )
    ).one_or_none()
    if row is None:
        raise NotThere("person", id)
    return _who(*row)


def _named(conn: Connection, name: str, workspace: str) -> bool:
    return bool(
        conn.execute(
            select(PersonRow.id).where(
                PersonRow.workspace == workspace, PersonRow.name == name, PersonRow.over == ""
            )
        ).first()
    )


def _token(conn: Connection, token: str) -> tuple[str, Who] | None:
    """Id of a token that is good, and whom it lets in, with the lower of the two roles."""
    if len(token) > LONGEST_TOKEN or not token.isascii():
        return None
    digest = _hash(token)
    row = conn.execute(
        select(TokenRow.id, TokenRow.hash, TokenRow.ends_at, TokenRow.role, *_WHO)
        .join(PersonRow, PersonRow.id == TokenRow.person)
        .where(TokenRow.hash == digest, TokenRow.over == "", PersonRow.over == "")
    ).one_or_none()
    if row is None:
        return None
    id, held, ends_at, scope, *person = row
    if not hmac.compare_digest(held, digest) or ends_at <= now():
        return None
    who = _who(*person)
    role = min(_role(scope), who.role, key=ROLES.index)
    return id, Who(who.id, who.name, who.workspace, role)
