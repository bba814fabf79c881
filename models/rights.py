"""What an account may do: its roles in each store, and for whom it stands outside the store."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

from models.roles import PartyKind, Role

EVERYWHERE = "*"
"""Under which roles in every store stand."""


class Party(NamedTuple):
    """One of those, by the number that a store knows it by."""

    kind: PartyKind
    number: str
    store: str = ""
    """Empty: the number means the same in every store."""


def known_roles(names: Iterable[object]) -> frozenset[Role]:
    """The roles of these names that can be held: unknown ones and the engine's own are left out."""
    return frozenset(_ROLES[name] for name in names if isinstance(name, str) and name in _ROLES)


_ROLES = {role.value: role for role in Role if not role.is_engine}


@dataclass(frozen=True)
class Rights:
    """Roles by store, and parties. They can be the key of a dict."""

    by_store: tuple[tuple[str, frozenset[Role]], ...] = ()
    parties: frozenset[Party] = frozenset()

    @classmethod
    def of(cls, roles: Mapping[str, Iterable[Role]], parties: Iterable[Party] = ()) -> Rights:
        """Rights of these roles by store."""
        return cls(
            tuple(sorted((store, frozenset(some)) for store, some in roles.items())), frozenset(parties)
        )

    @classmethod
    def plain(cls, roles: Iterable[Role], stores: Iterable[str] | None = None) -> Rights:
        """The same roles in each of these stores; without any named, in every store."""
        return cls.of(dict.fromkeys((EVERYWHERE,) if stores is None else stores, frozenset(roles)))

    @classmethod
    def of_json(cls, roles: Mapping[str, Iterable[object]], parties: Iterable[Mapping[str, str]]) -> Rights:
        """As a row keeps them. Roles that this code doesn't know are left out."""
        return cls.of(
            {store: known_roles(names) for store, names in roles.items()},
            (Party(PartyKind(one["kind"]), one["number"], one.get("store", "")) for one in parties),
        )

    def roles_as_json(self) -> dict[str, list[str]]:
        """The roles, as a row keeps them."""
        return {store: sorted(roles) for store, roles in self.by_store}

    def parties_as_json(self) -> list[dict[str, str]]:
        """The parties, as a row keeps them."""
        return [
            {"kind": one.kind, "number": one.number, **({"store": one.store} if one.store else {})}
            for one in sorted(self.parties)
        ]

    @cached_property
    def _roles(self) -> dict[str, frozenset[Role]]:
        return dict(self.by_store)

    @cached_property
    def stores(self) -> frozenset[str] | None:
        """Where it has roles. None: in every store."""
        return None if EVERYWHERE in self._roles else frozenset(self._roles)

    @cached_property
    def anywhere(self) -> frozenset[Role]:
        """Its roles in one store or another."""
        return frozenset[Role]().union(*self._roles.values())

    def roles_in(self, store: str) -> frozenset[Role]:
        """Its roles in this store."""
        none = frozenset[Role]()
        own = self._roles.get(store)
        every = self._roles.get(EVERYWHERE, none)
        return every if own is None else own | every

    def stores_of(self, roles: Iterable[Role]) -> frozenset[str] | None:
        """Where it holds one of these roles. None: in every store."""
        wanted = frozenset(roles)
        if not wanted.isdisjoint(self._roles.get(EVERYWHERE, ())):
            return None
        return frozenset(store for store, held in self.by_store if not wanted.isdisjoint(held))

    def groups(self) -> list[tuple[frozenset[Role], tuple[str, ...] | None]]:
        """The stores of equal roles, each once; None stands for every store that no other group names."""
        every = self._roles.get(EVERYWHERE)
        alike: dict[frozenset[Role], list[str]] = {}
        for store in self._roles:
            if store != EVERYWHERE and (roles := self.roles_in(store)) != every:
                alike.setdefault(roles, []).append(store)
        found: list[tuple[frozenset[Role], tuple[str, ...] | None]] = [
            (roles, tuple(stores)) for roles, stores in alike.items()
        ]
        return found if every is None else [*found, (every, None)]

    def covers(self, other: Rights) -> bool:
        """Whether these are no less than the others, whose parties count as nothing."""
        for store, roles in other.by_store:
            if store == EVERYWHERE and not roles <= self._roles.get(EVERYWHERE, frozenset()):
                return False
            if store == EVERYWHERE and self.stores is not None:
                return False
            if store != EVERYWHERE and (
                (self.stores is not None and store not in self.stores) or not roles <= self.roles_in(store)
            ):
                return False
        return True

    def narrowed(self, roles: frozenset[Role] | None = None, stores: Iterable[str] | None = None) -> Rights:
        """What is left of them with these roles alone, and in these stores alone. None leaves all."""
        kept = self._roles
        if stores is not None:
            kept = {
                store: self.roles_in(store) for store in stores if self.stores is None or store in self.stores
            }
        if roles is not None:
            kept = {store: some & roles for store, some in kept.items()}
        return replace(
            Rights.of(kept),
            parties=frozenset(one for one in self.parties if not one.store or self._is_left(one.store, kept)),
        )

    def meeting(self, other: Rights) -> Rights:
        """What both have."""
        either = {store for store, _ in (*self.by_store, *other.by_store)}
        kept = {
            store: self.roles_in(store) & other.roles_in(store)
            for store in either
            if all(one.stores is None or store in one.stores for one in (self, other))
        }
        return replace(Rights.of(kept), parties=self.parties & other.parties)

    @staticmethod
    def _is_left(store: str, kept: Mapping[str, object]) -> bool:
        return EVERYWHERE in kept or store in kept
